#include "pbx/event_desk.hpp"

namespace webcalling {

EventDesk::EventDesk(const events::Surroundings& surroundings, const events::Settings& settings,
                     const registrar::Registrar& registrar, account::AccountDirectory& accounts)
    : house_(surroundings),
      accounts_(accounts),
      notifier_(surroundings, settings),
      dialogs_(surroundings.timers, [this](const std::string& extension) { note_dialogs(extension); }),
      publications_(surroundings.timers, surroundings.random, settings,
                    [this](const std::string& extension) { note_presence(extension); }),
      message_summary_(mailboxes_),
      presence_(registrar, dialogs_, publications_),
      dialog_(dialogs_),
      registration_(registrar) {
  for (const events::Package* package :
       std::initializer_list<const events::Package*>{&message_summary_, &presence_, &dialog_, &registration_}) {
    notifier_.add_package(*package);
  }
}

void EventDesk::receive(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  if (request.method() == sip::Method::Publish) return receive_publish(request, flow, user);
  const std::string& extension = request.uri().user;
  notifier_.receive(request, flow,
                    {.watcher = user, .extension = extension, .exists = accounts_.has_extension(extension)});
}

void EventDesk::receive_publish(const sip::Request& publish, const sip::Flow& flow, const std::string& user) {
  const auto transaction = house_.transactions.accept(publish, flow);
  auto response = publications_.handle(publish, user);
  house_.announce(response);
  if (response.status() == 415) response.set(sip::HeaderName::Accept, presence_.body_type());
  house_.transactions.respond(transaction, response);
}

void EventDesk::note_registration(const std::string& extension) {
  notifier_.note_change(registration_.event(), extension);
  note_presence(extension);
}

void EventDesk::note_dialogs(const std::string& extension) {
  notifier_.note_change(dialog_.event(), extension);
  note_presence(extension);
}

void EventDesk::note_presence(const std::string& extension) { notifier_.note_change(presence_.event(), extension); }

void EventDesk::remove_user(const std::string& extension, account::AccountChange change) {
  publications_.remove_user(extension);
  notifier_.remove_user(extension, change == account::AccountChange::Removed);
}

}  // namespace webcalling

#include "server/dns_resolver.hpp"

#include "base/ascii.hpp"

namespace webcalling::server {
namespace {

io::DnsType type_of(locating::RecordType type) {
  switch (type) {
    case locating::RecordType::Naptr: return io::DnsType::Naptr;
    case locating::RecordType::Srv: return io::DnsType::Srv;
    case locating::RecordType::A: return io::DnsType::A;
    case locating::RecordType::Aaaa: return io::DnsType::Aaaa;
  }
  return io::DnsType::A;
}

locating::Answer translate(const io::DnsAnswer& answer) {
  locating::Answer out{.records = {}, .ttl = answer.ttl};
  for (const io::DnsNaptr& record : answer.naptr) {
    out.records.emplace_back(locating::NaptrRecord{.order = record.order,
                                                   .preference = record.preference,
                                                   .flags = record.flags,
                                                   .service = record.service,
                                                   .replacement = ascii::lower(record.replacement)});
  }
  for (const io::DnsSrv& record : answer.srv) {
    out.records.emplace_back(locating::SrvRecord{.priority = record.priority,
                                                 .weight = record.weight,
                                                 .port = record.port,
                                                 .target = ascii::lower(record.target)});
  }
  for (const IpAddress& address : answer.addresses) out.records.emplace_back(address);
  return out;
}

}  // namespace

void DnsResolver::ask(const locating::Question& question, OnAnswer on_answer) {
  client_.ask(question.name, type_of(question.type),
              [tell = std::move(on_answer)](const Result<io::DnsAnswer>& answer) {
                if (!answer) return tell(Failure(answer.error()));
                tell(translate(*answer));
              });
}

}  // namespace webcalling::server

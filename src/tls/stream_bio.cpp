#include "tls/stream_bio.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <algorithm>

namespace webcalling::tls {

/// The C functions that OpenSSL calls; each finds its StreamBio in the BIO.
struct StreamBioFunctions {
  static StreamBio& self(BIO* bio) { return *static_cast<StreamBio*>(BIO_get_data(bio)); }

  static int write(BIO* bio, const char* data, int length) {
    self(bio).output_.append(data, static_cast<std::size_t>(length));
    return length;
  }

  static int read(BIO* bio, char* out, int room) {
    BIO_clear_retry_flags(bio);
    Bytes& input = self(bio).input_;
    if (input.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t length = std::min(input.size(), static_cast<std::size_t>(room));
    std::copy_n(input.begin(), length, out);
    input = input.subspan(length);
    return static_cast<int>(length);
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static const BIO_METHOD* make_method() {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "webcalling stream");
    BIO_meth_set_write(method, write);
    BIO_meth_set_read(method, read);
    BIO_meth_set_ctrl(method, control);
    return method;
  }

  /// A table of functions, the same for all: OpenSSL wants it made at run time.
  static const BIO_METHOD* method() {
    static const BIO_METHOD* const method = make_method();
    return method;
  }
};

void StreamBio::attach(ssl_st& ssl) {
  BIO* bio = BIO_new(StreamBioFunctions::method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(&ssl, bio, bio);
}

}  // namespace webcalling::tls

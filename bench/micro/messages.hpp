#pragma once

#include <string_view>

namespace webcalling::bench {

/// As SIP.js writes it, with what a browser offers.
inline constexpr std::string_view kInvite =
    "INVITE sip:1001@pbx.example.com SIP/2.0\r\n"
    "Via: SIP/2.0/WSS 6ub4opn1kkou.invalid;branch=z9hG4bK8013275\r\n"
    "Max-Forwards: 70\r\n"
    "To: <sip:1001@pbx.example.com>\r\n"
    "From: \"1002\" <sip:1002@pbx.example.com>;tag=s5ovomkbd3\r\n"
    "Call-ID: 3nv7m41l9tm7jjd4vu2b\r\n"
    "CSeq: 2 INVITE\r\n"
    "Authorization: Digest algorithm=MD5, username=\"1002~Xm2kQ0vTb8LsR4eY.1\", realm=\"webcalling\", "
    "nonce=\"5f4dcc3b5aa765d61d8327deb882cf99\", uri=\"sip:1001@pbx.example.com\", "
    "response=\"8a2b5e0c7f4d4a9d8a3f1c6e5b7d9f01\", opaque=\"\", qop=auth, cnonce=\"pm4lqh0u2mk9\", nc=00000001\r\n"
    "Contact: <sip:t3k9dq2x@6ub4opn1kkou.invalid;transport=ws;ob>\r\n"
    "Allow: ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER\r\n"
    "Supported: outbound\r\n"
    "User-Agent: SIP.js/0.21.2\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: 963\r\n"
    "\r\n"
    "v=0\r\n"
    "o=- 4611731400430051336 2 IN IP4 127.0.0.1\r\n"
    "s=-\r\n"
    "t=0 0\r\n"
    "a=group:BUNDLE 0\r\n"
    "a=extmap-allow-mixed\r\n"
    "a=msid-semantic: WMS 5b9f5d1c\r\n"
    "m=audio 50012 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\n"
    "c=IN IP4 192.0.2.7\r\n"
    "a=rtcp:9 IN IP4 0.0.0.0\r\n"
    "a=candidate:1788214045 1 udp 2122260223 192.0.2.7 50012 typ host generation 0 network-id 1 network-cost 10\r\n"
    "a=ice-ufrag:Yk3T\r\n"
    "a=ice-pwd:v9pW3o2Kq7Zt5Xc1Rb8Ns4Lm\r\n"
    "a=ice-options:trickle\r\n"
    "a=fingerprint:sha-256 7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:"
    "19:08\r\n"
    "a=setup:actpass\r\n"
    "a=mid:0\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
    "a=sendrecv\r\n"
    "a=rtcp-mux\r\n"
    "a=rtpmap:111 opus/48000/2\r\n"
    "a=rtcp-fb:111 transport-cc\r\n"
    "a=fmtp:111 minptime=10;useinbandfec=1\r\n"
    "a=rtpmap:63 red/48000/2\r\n"
    "a=rtpmap:9 G722/8000\r\n"
    "a=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:13 CN/8000\r\n"
    "a=rtpmap:110 telephone-event/48000\r\n"
    "a=rtpmap:126 telephone-event/8000\r\n"
    "a=ssrc:3463951252 cname:sTjtznXLCNH7nbRw\r\n";

inline constexpr std::string_view kRegister =
    "REGISTER sip:pbx.example.com SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK-3141-1-0;rport\r\n"
    "From: <sip:2001@pbx.example.com>;tag=1\r\n"
    "To: <sip:2001@pbx.example.com>\r\n"
    "Call-ID: 1-3141@192.0.2.9\r\n"
    "CSeq: 2 REGISTER\r\n"
    "Contact: <sip:2001@192.0.2.9:5060>;expires=3600\r\n"
    "Authorization: Digest username=\"2001\",realm=\"webcalling\",nonce=\"5f4dcc3b5aa765d61d8327deb882cf99\","
    "uri=\"sip:pbx.example.com\",response=\"8a2b5e0c7f4d4a9d8a3f1c6e5b7d9f01\",algorithm=SHA-256,qop=auth,"
    "cnonce=\"6b8b4567\",nc=00000001\r\n"
    "Max-Forwards: 70\r\n"
    "Content-Length: 0\r\n"
    "\r\n";

/// The body of an INVITE.
inline std::string_view body_of(std::string_view message) { return message.substr(message.find("\r\n\r\n") + 4); }

}  // namespace webcalling::bench

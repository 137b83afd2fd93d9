// Requests as bytes, and what a server must answer (promises 2.4): read by the tests of the pure functions and sent to
// a real server, whole and byte by byte.
#pragma once

#include <string>
#include <vector>

namespace lightdash::testing {

struct framing_vector {
    std::string name;
    std::string bytes;
    int status; // 200: taken by GET or POST /echo; everything else is refused and the connection closed
};

inline std::vector<framing_vector> framing_vectors()
{
    const std::string get = "GET /echo HTTP/1.1\r\n", post = "POST /echo HTTP/1.1\r\n", host = "Host: a.example\r\n",
                      end = "\r\n";
    const auto with = [&](const std::string& fields) { return get + host + fields + end; };
    const auto posted = [&](const std::string& fields, const std::string& body) {
        return post + host + fields + end + body;
    };
    const auto target = [&](const std::string& text) { return "GET " + text + " HTTP/1.1\r\n" + host + end; };
    const auto hosted = [&](const std::string& value) { return get + "Host: " + value + "\r\n" + end; };
    const auto chunked = [&](const std::string& body) { return posted("Transfer-Encoding: chunked\r\n", body); };
    using namespace std::string_literals;

    return {
        {"Plain", with(""), 200},
        {"LeadingCrlfOnce", "\r\n" + with(""), 200},
        {"LeadingCrlfTwice", "\r\n\r\n" + with(""), 400},
        {"Http10", "GET /echo HTTP/1.0\r\n\r\n", 200},
        {"GetWithBody", with("Content-Length: 5\r\n") + "hello", 200},
        {"PostWithLength", posted("Content-Length: 5\r\n", "hello"), 200},
        {"PostEmpty", posted("Content-Length: 0\r\n", ""), 200},
        {"Chunked", posted("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), 200},
        {"ChunkedUpperCase", posted("Transfer-Encoding: CHUNKED\r\n", "5\r\nhello\r\n0\r\n\r\n"), 200},
        {"ChunkedWithExtension", posted("Transfer-Encoding: chunked\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n"), 200},
        {"ChunkedWithTrailer", posted("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nX-After: 1\r\n\r\n"), 200},
        {"ValueWithTabAndHighBytes", with("X-Text: a\tb\xc3\xa9\r\n"), 200},

        {"TransferEncodingUnknown", posted("Transfer-Encoding: xchunked\r\n", "5\r\nhello\r\n0\r\n\r\n"), 400},
        {"TransferEncodingChunkedThenGzip", posted("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400},
        {"TransferEncodingChunkedTwice", posted("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400},
        {"TransferEncodingGzipThenChunked", posted("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
        {"TransferEncodingIdentity", posted("Transfer-Encoding: identity\r\nContent-Length: 5\r\n", "hello"), 400},
        {"TransferEncodingEmpty", posted("Transfer-Encoding:\r\nContent-Length: 5\r\n", "hello"), 400},
        {"TransferEncodingOnHttp10", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"TransferEncodingThenLength", posted("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
        {"LengthThenTransferEncoding", posted("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
        {"TransferEncodingTwice", posted("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
         400},
        {"TransferEncodingWithParameter", posted("Transfer-Encoding: chunked;a=b\r\n", "0\r\n\r\n"), 400},
        {"TransferEncodingSpaceBeforeColon", posted("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
        {"TransferEncodingVerticalTab",
         posted("Transfer-Encoding: \x0b"
                "chunked\r\n",
                "0\r\n\r\n"),
         400},

        {"LengthList", posted("Content-Length: 5, 5\r\n", "hello"), 400},
        {"LengthTwiceEqual", posted("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
        {"LengthTwiceDifferent", posted("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
        {"LengthLeadingZeros", posted("Content-Length: 005\r\n", "hello"), 400},
        {"LengthPlus", posted("Content-Length: +5\r\n", "hello"), 400},
        {"LengthNegative", posted("Content-Length: -5\r\n", "hello"), 400},
        {"LengthHex", posted("Content-Length: 0x5\r\n", "hello"), 400},
        {"LengthEmpty", posted("Content-Length:\r\n", "hello"), 400},
        {"LengthTooLong", posted("Content-Length: 99999999999999999999999\r\n", ""), 413},
        {"LengthAboveLimit", posted("Content-Length: 5000001\r\n", ""), 413},

        {"FoldedLine", with("X-Folded: a\r\n b\r\n"), 400},
        {"FoldedLineWithTab", with("X-Folded: a\r\n\tb\r\n"), 400},
        {"FoldedBeforeFirstField", get + " " + host + end, 400},

        {"NoHost", get + end, 400},
        {"TwoHosts", get + host + host + end, 400},
        {"HostEmpty", hosted(""), 400},
        {"HostWithPath", hosted("a.example/path"), 400},
        {"HostWithUser", hosted("user@a.example"), 400},
        {"HostList", hosted("a.example, b.example"), 400},
        {"HostBadPort", hosted("a.example:80a"), 400},
        {"HostWithPort", hosted("a.example:8080"), 200},
        {"HostIpv6", hosted("[::1]:8080"), 200},
        {"HostIpv6Unclosed", hosted("[::1"), 400},

        {"AbsoluteForm", target("http://a.example/echo"), 200},
        {"AbsoluteFormOtherHost", target("http://b.example/echo"), 400},
        {"AbsoluteFormOtherScheme", target("ftp://a.example/echo"), 400},
        {"Connect", "CONNECT a.example:443 HTTP/1.1\r\n" + host + end, 400},
        {"AsteriskWithGet", target("*"), 400},
        {"TargetWithoutSlash", target("echo"), 400},
        {"TargetWithFragment", target("/echo#top"), 400},
        {"TargetWithRawByte", target("/echo?\xc3\xa9"), 400},
        {"TargetWithNul", target("/echo?a=%00"), 400},
        {"TargetWithSpace", target("/echo a"), 400},
        {"TargetWithDotDot", target("/a/../echo"), 400},
        {"TargetWithEncodedDotDot", target("/a/%2E%2e/echo"), 400},
        {"TargetWithEncodedSlash", target("/a%2fecho"), 400},
        {"TargetWithBackslash", target("/a\\echo"), 400},
        {"TargetWithBadPercent", target("/echo%4"), 400},
        {"TargetTrailingSlash", target("/echo/"), 200},
        {"TargetEncodedLetter", target("/%65cho"), 200},

        {"Http12", "GET /echo HTTP/1.2\r\n" + host + end, 400},
        {"Http99", "GET /echo HTTP/9.9\r\n" + host + end, 505},
        {"Http20", "GET /echo HTTP/2.0\r\n" + host + end, 505},
        {"VersionLowerCase", "GET /echo http/1.1\r\n" + host + end, 400},
        {"VersionMissing", "GET /echo\r\n" + host + end, 400},
        {"MethodLowerCase", "get /echo HTTP/1.1\r\n" + host + end, 501},
        {"MethodUnknown", "BREW /echo HTTP/1.1\r\n" + host + end, 501},
        {"MethodNoToken", "G(T /echo HTTP/1.1\r\n" + host + end, 400},
        {"TwoSpaces", "GET  /echo HTTP/1.1\r\n" + host + end, 400},
        {"TabInsteadOfSpace", "GET\t/echo HTTP/1.1\r\n" + host + end, 400},

        {"BareLf", "GET /echo HTTP/1.1\nHost: a.example\n\n", 400},
        {"BareLfInFields", get + "Host: a.example\n" + end, 400},
        {"BareCrInValue", with("X-Text: a\rb\r\n"), 400},
        {"BareCrInRequestLine", "GET /echo\r HTTP/1.1\r\n" + host + end, 400},
        {"NulInValue", with("X-Text: a\0b\r\n"s), 400},
        {"NulInName", with("X-T\0xt: a\r\n"s), 400},
        {"SpaceBeforeColon", with("X-Text : a\r\n"), 400},
        {"EmptyName", with(": a\r\n"), 400},
        {"NoColon", with("X-Text\r\n"), 400},
        {"SpaceBeforeFirstField", get + " X-Text: a\r\n" + host + end, 400},

        {"ChunkSizePrefixed", posted("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"), 400},
        {"ChunkBareSemicolon", posted("Transfer-Encoding: chunked\r\n", "5;\r\nhello\r\n0\r\n\r\n"), 400},
        {"ChunkBareLf", posted("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"), 400},
        {"ChunkSpill", posted("Transfer-Encoding: chunked\r\n", "5\r\nhelloXX\r\n0\r\n\r\n"), 400},
        {"ChunkSizeTooLarge", posted("Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"), 400},
        {"ChunkSizeAboveLimit", posted("Transfer-Encoding: chunked\r\n", "FFFFFFFF\r\nhello"), 413},
        {"ChunkExtensionsTooLong",
         posted("Transfer-Encoding: chunked\r\n", "5;a=" + std::string(1100, 'x') + "\r\nhello\r\n0\r\n\r\n"), 400},

        {"ChunkExtensionNameOnly", chunked("5;a\r\nhello\r\n0;b\r\n\r\n"), 200},
        {"ChunkExtensionQuoted", chunked("5;a=\"x;y \\\" z\";b=c\r\nhello\r\n0\r\n\r\n"), 200},
        {"ChunkExtensionSpaced", chunked("5 ; a = b ;\tc = \"d\"\r\nhello\r\n0\r\n\r\n"), 200},
        {"ChunkExtensionQuotedHighBytes", chunked("5;a=\"\xc3\xa9\"\r\nhello\r\n0\r\n\r\n"), 200},
        {"ChunkExtensionQuotedLf", chunked("2;a=\"x\ny\"\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionQuotedCrLf", chunked("2;a=\"x\r\ny\"\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionQuotedCr", chunked("2;a=\"x\ry\"\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionQuotedNul", chunked("2;a=\"x\0y\"\r\nhi\r\n0\r\n\r\n"s), 400},
        {"ChunkExtensionQuotedDelete", chunked("2;a=\"x\x7fy\"\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionQuotedPairOfControl", chunked("2;a=\"x\\\x01\"\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionUnclosedQuote", chunked("2;a=\"x\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionQuoteEndsInBackslash", chunked("2;a=\"x\\\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionTextBehindQuote", chunked("2;a=\"x\"y\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionNoValue", chunked("2;a=\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionNoName", chunked("2;=b\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionNameWithControl", chunked("2;a\x01=b\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionWithoutSemicolon", chunked("2 a=b\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionEndsInSpace", chunked("2;a=b \r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkExtensionsOfManyChunksTooLong",
         chunked("1;a=" + std::string(600, 'x') + "\r\nh\r\n1;a=" + std::string(600, 'x') + "\r\ni\r\n0\r\n\r\n"), 400},
        {"ChunkSizeWithSpace", chunked("2 \r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkSizeNegative", chunked("-2\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkSizeEmpty", chunked("\r\nhi\r\n0\r\n\r\n"), 400},
        {"ChunkSizeWithZeros", chunked("0002\r\nhi\r\n000\r\n\r\n"), 200},
        {"ChunkEndsWithBareLf", chunked("2\r\nhi\n0\r\n\r\n"), 400},

        {"TrailerFolded", chunked("2\r\nhi\r\n0\r\nX-After: a\r\n b\r\n\r\n"), 400},
        {"TrailerBareLf", chunked("2\r\nhi\r\n0\r\nX-After: a\n\r\n"), 400},
        {"TrailerNoColon", chunked("2\r\nhi\r\n0\r\nX-After\r\n\r\n"), 400},
        {"TrailerWithControl", chunked("2\r\nhi\r\n0\r\nX-After: a\x01\r\n\r\n"), 400},
        {"TrailerWithNul", chunked("2\r\nhi\r\n0\r\nX-After: a\0\r\n\r\n"s), 400},
        {"TrailerTooLarge", chunked("2\r\nhi\r\n0\r\nX-After: " + std::string(17 * 1024, 'x') + "\r\n\r\n"), 431},
        {"TrailerWithTransferEncoding", chunked("2\r\nhi\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400},
        {"TrailerWithLength", chunked("2\r\nhi\r\n0\r\ncontent-length: 5\r\n\r\n"), 400},
        {"TrailerWithConnection", chunked("2\r\nhi\r\n0\r\nConnection: close\r\n\r\n"), 200},

        {"TwoAuthorizations", with("Authorization: ApiKey a\r\nAuthorization: ApiKey b\r\n"), 400},
        {"TwoContentTypes",
         posted("Content-Type: application/json\r\ncontent-type: text/plain\r\nContent-Length: 0\r\n", ""), 400},
        {"TwoUserAgents", with("User-Agent: a\r\nUser-Agent: a\r\n"), 400},
        {"TwoOrigins", with("Origin: http://a\r\nOrigin: http://b\r\n"), 400},
        {"TwoReferers", with("Referer: /a\r\nReferer: /b\r\n"), 400},
        {"TwoRanges", with("Range: bytes=0-1\r\nRange: bytes=2-3\r\n"), 400},
        {"TwoRequestIds", with("X-Request-Id: a\r\nX-Request-Id: b\r\n"), 400},
        {"TwoForwarded", with("X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n"), 200},
        {"TwoCookies", with("Cookie: a=b\r\nCookie: c=d\r\n"), 200},

        {"ConnectionNoName", with("Connection: keep-alive] close\r\n"), 400},
        {"ConnectionTwoNames", with("Connection: keep-alive close\r\n"), 400},
        {"ConnectionEmptyElement", with("Connection: , keep-alive,\r\n"), 200},

        {"Http10AbsoluteForm", "GET http://a.example/echo HTTP/1.0\r\n\r\n", 200},
        {"Http10AbsoluteFormWithPort", "GET http://a.example:8080/echo HTTP/1.0\r\n\r\n", 200},
        {"Http10AbsoluteFormOtherHost", "GET http://a.example/echo HTTP/1.0\r\nHost: b.example\r\n\r\n", 400},
        {"Http10AbsoluteFormWithUser", "GET http://user@a.example/echo HTTP/1.0\r\n\r\n", 400},
        {"Http10AbsoluteFormWithoutHost", "GET http:///echo HTTP/1.0\r\n\r\n", 400},
        {"Http10ProxyConnection", "GET /echo HTTP/1.0\r\nProxy-Connection: keep-alive\r\n\r\n", 200},
        {"Http10ConnectionCloseAndKeepAlive", "GET /echo HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", 200},

        {"HeaderOf9KiB", with("X-Long: " + std::string(9000, 'x') + "\r\n"), 200},
        {"HeaderTooLarge", with("X-Long: " + std::string(16 * 1024, 'x') + "\r\n"), 431},
        {"TargetTooLong", target("/echo?" + std::string(8 * 1024, 'x')), 414},
    };
}

} // namespace lightdash::testing

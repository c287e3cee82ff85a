#pragma once

#include "consensus/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::node {

// Decides who may use the RPC: the cookie, which who can read the file has, and the users of
// --rpcauth, of whose passwords only a salted hash is known (as Bitcoin Core's rpcauth.py makes
// it).
class HttpAuth {
public:
    // Adds a user from USER:SALT$HASH; false if it has not that form.
    [[nodiscard]] bool add_user(std::string_view line);
    // The content of the cookie file, "__cookie__:" and a secret.
    void set_cookie(std::string cookie) { cookie_ = std::move(cookie); }

    // Takes the value of the Authorization header. Compares in constant time.
    [[nodiscard]] bool admits(std::string_view authorization) const;

private:
    struct User {
        std::string name;
        std::string salt;
        std::string hash;  // lower-case hexadecimal digits of HMAC-SHA-256 with the salt as key
    };
    std::optional<std::string> cookie_;
    std::vector<User> users_;
};

// RFC 4648 with padding; nothing for anything else.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace starling::node

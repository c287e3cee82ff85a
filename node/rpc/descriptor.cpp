#include "node/rpc/descriptor.h"

#include "consensus/address.h"
#include "consensus/hex.h"
#include "consensus/taproot.h"

#include <algorithm>
#include <utility>

namespace starling::rpc {

namespace {

// BIP 386: the output key of an internal key without scripts.
std::optional<Bytes> taproot_script(const XOnlyKey& internal, bool raw) {
    XOnlyKey output = internal;
    if (!raw) {
        const auto tweaked = tweaked_key(internal, tap_tweak_hash(internal, std::nullopt));
        if (!tweaked) return std::nullopt;
        output = tweaked->key;
    }
    Bytes script{0x51, 0x20};
    script.insert(script.end(), output.begin(), output.end());
    return script;
}

std::string path_text(const std::vector<std::uint32_t>& path) {
    std::string out;
    for (const std::uint32_t step : path) {
        out += '/' + std::to_string(step & ~kHardened);
        if ((step & kHardened) != 0) out += 'h';
    }
    return out;
}

// What stands between "name(" and ")", if the text has that form.
std::optional<std::string_view> inside(std::string_view text, std::string_view name) {
    if (!text.starts_with(name) || !text.ends_with(')')) return std::nullopt;
    text.remove_prefix(name.size());
    if (!text.starts_with('(')) return std::nullopt;
    return text.substr(1, text.size() - 2);
}

Result<std::string_view, std::string> without_checksum(std::string_view text) {
    const std::size_t hash = text.find('#');
    if (hash == std::string_view::npos) return text;
    const std::string_view given = text.substr(hash + 1);
    if (given.find('#') != std::string_view::npos)
        return Failure{std::string("Multiple '#' symbols")};
    if (given.size() != 8) {
        return Failure{"Expected 8 character checksum, not " + std::to_string(given.size()) +
                       " characters"};
    }
    const std::string computed = descriptor_checksum(text.substr(0, hash));
    if (computed.empty()) return Failure{std::string("Invalid characters in payload")};
    if (computed != given) {
        return Failure{"Provided checksum '" + std::string(given) +
                       "' does not match computed checksum '" + computed + "'"};
    }
    return text.substr(0, hash);
}

// Reads "[fingerprint/path]" off the front of a key; empty if there is none.
Result<std::string, std::string> take_origin(std::string_view& text) {
    if (!text.starts_with('[')) return std::string();
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos)
        return Failure{std::string("Key origin start '[ character expected but not found")};
    const std::string_view origin = text.substr(1, end - 1);
    const std::string_view fingerprint = origin.substr(0, origin.find('/'));
    if (fingerprint.size() != 8)
        return Failure{"Fingerprint is not 4 bytes (" + std::to_string(fingerprint.size()) +
                       " characters instead of 8 characters)"};
    if (!from_hex(fingerprint))
        return Failure{"Fingerprint '" + std::string(fingerprint) + "' is not hex"};
    std::string path;
    if (fingerprint.size() < origin.size()) {
        const auto steps = parse_path(origin.substr(9));
        if (!steps || steps->empty()) return Failure{std::string("Key origin has an invalid path")};
        path = path_text(*steps);
    }
    const std::string out = '[' + std::string(fingerprint) + path + ']';
    text.remove_prefix(end + 1);
    return out;
}

}  // namespace

Result<Descriptor::KeyPlace, std::string> Descriptor::parse_extended(std::string_view text) {
    KeyPlace place;
    if (text.ends_with("/*")) {
        place.row = KeyPlace::Row::plain;
        text.remove_suffix(2);
    } else if (text.ends_with("/*h") || text.ends_with("/*'") || text.ends_with("/*H")) {
        place.row = KeyPlace::Row::hardened;
        text.remove_suffix(3);
    }
    const std::size_t slash = text.find('/');
    const auto key = ExtendedKey::parse(text.substr(0, slash));
    if (!key) return Failure{"key '" + std::string(text.substr(0, 120)) + "' is not valid"};
    if (slash != std::string_view::npos) {
        const auto path = parse_path(text.substr(slash + 1));
        if (!path || path->empty() || text.substr(slash + 1).starts_with('m'))
            return Failure{"Key path value '" + std::string(text.substr(slash + 1)) +
                           "' is not valid"};
        place.path = *path;
    }
    const bool needs_secret =
        place.row == KeyPlace::Row::hardened ||
        std::ranges::any_of(place.path, [](std::uint32_t i) { return (i & kHardened) != 0; });
    if (needs_secret && !key->secret())
        return Failure{std::string("Cannot derive hardened children of a public key")};
    place.key = *key;
    return place;
}

Result<Descriptor::KeyPlace, std::string> Descriptor::parse_key(std::string_view text) {
    auto origin = take_origin(text);
    if (!origin) return Failure{origin.error()};
    if (text.empty()) return Failure{std::string("No key provided")};
    KeyPlace place;
    if (const auto bytes = from_hex(text)) {
        const auto key = x_only_key(*bytes);
        if (!key) return Failure{"Pubkey '" + std::string(text) + "' is invalid"};
        place.key = *key;
    } else if (const auto secret = parse_wif(text)) {
        place.key = *public_key(*secret);
    } else {
        auto extended = parse_extended(text);
        if (!extended) return Failure{extended.error()};
        place = std::move(*extended);
    }
    place.origin = *origin;
    return place;
}

Result<Descriptor, std::string> Descriptor::parse(std::string_view text, std::string_view prefix) {
    const auto bare = without_checksum(text);
    if (!bare) return Failure{bare.error()};
    if (const auto address = inside(*bare, "addr")) {
        auto script = script_of_address(*address, prefix);
        if (!script) return Failure{std::string("Address is not valid")};
        return Descriptor(Fixed{std::move(*script), std::string(*bare)});
    }
    if (const auto digits = inside(*bare, "raw")) {
        auto script = from_hex(*digits);
        if (!script) return Failure{std::string("Raw script is not hex")};
        return Descriptor(Fixed{std::move(*script), std::string(*bare)});
    }
    const bool raw = bare->starts_with("rawtr");
    const auto key = inside(*bare, raw ? "rawtr" : "tr");
    if (!key) {
        return Failure{"'" + std::string(bare->substr(0, bare->find('('))) +
                       "' is not a valid descriptor function"};
    }
    if (key->find_first_of(",{") != std::string_view::npos)
        return Failure{std::string("tr(): script trees are not supported")};
    auto place = parse_key(*key);
    if (!place) return Failure{"tr(): " + place.error()};
    return Descriptor(Taproot{raw, std::move(*place)});
}

bool Descriptor::is_range() const {
    const auto* taproot = std::get_if<Taproot>(&form_);
    return taproot != nullptr && taproot->place.row != KeyPlace::Row::none;
}

std::optional<XOnlyKey> Descriptor::key_at(const KeyPlace& place, std::uint32_t index) {
    if (const auto* fixed = std::get_if<XOnlyKey>(&place.key)) return *fixed;
    auto key = std::get<ExtendedKey>(place.key).descendant(place.path);
    if (key && place.row != KeyPlace::Row::none) {
        const bool hardened = place.row == KeyPlace::Row::hardened;
        key = key->child(hardened ? index | kHardened : index);
    }
    if (!key) return std::nullopt;
    return key->x_only();
}

std::string Descriptor::origin_at(const KeyPlace& place, std::uint32_t index) {
    const auto* extended = std::get_if<ExtendedKey>(&place.key);
    if (extended == nullptr) return place.origin;
    std::vector<std::uint32_t> path = place.path;
    if (place.row == KeyPlace::Row::plain) path.push_back(index);
    if (place.row == KeyPlace::Row::hardened) path.push_back(index | kHardened);
    if (!place.origin.empty())
        return place.origin.substr(0, place.origin.size() - 1) + path_text(path) + ']';
    return '[' + hex(extended->fingerprint()) + path_text(path) + ']';
}

std::optional<Bytes> Descriptor::script(std::uint32_t index) const {
    if (const auto* fixed = std::get_if<Fixed>(&form_)) return fixed->script;
    const auto& taproot = std::get<Taproot>(form_);
    const auto key = key_at(taproot.place, index);
    if (!key) return std::nullopt;
    return taproot_script(*key, taproot.raw);
}

std::optional<std::string> Descriptor::resolved(std::uint32_t index) const {
    if (const auto* fixed = std::get_if<Fixed>(&form_)) return with_checksum(fixed->text);
    const auto& taproot = std::get<Taproot>(form_);
    const auto key = key_at(taproot.place, index);
    if (!key) return std::nullopt;
    const std::string name = taproot.raw ? "rawtr(" : "tr(";
    return with_checksum(name + origin_at(taproot.place, index) + hex(*key) + ')');
}

std::string descriptor_checksum(std::string_view text) {
    constexpr std::string_view kInput =
        "0123456789()[],'/*abcdefgh@:$%{}"
        "IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~"
        "ijklmnopqrstuvwxyzABCDEFGH`#\"\\ ";
    constexpr std::string_view kOutput = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    constexpr std::uint64_t kGenerator[] = {0xf5dee51989, 0xa9fdca3312, 0x1bab10e32d, 0x3706b1677a,
                                            0x644d626ffd};
    std::uint64_t check = 1;
    const auto add = [&](std::uint64_t value) {
        const std::uint64_t top = check >> 35;
        check = (check & 0x7'ffff'ffff) << 5 ^ value;
        for (unsigned i = 0; i < 5; ++i) {
            if ((top >> i & 1) != 0) check ^= kGenerator[i];
        }
    };
    std::uint64_t groups = 0;
    int count = 0;
    for (const char c : text) {
        const std::size_t place = kInput.find(c);
        if (place == std::string_view::npos) return {};
        add(place & 31);
        groups = groups * 3 + (place >> 5);
        if (++count == 3) {
            add(groups);
            groups = 0;
            count = 0;
        }
    }
    if (count > 0) add(groups);
    for (int i = 0; i < 8; ++i)
        add(0);
    check ^= 1;
    std::string out;
    for (int i = 0; i < 8; ++i)
        out += kOutput[check >> (5 * (7 - i)) & 31];
    return out;
}

std::string with_checksum(std::string text) {
    const std::string checksum = descriptor_checksum(text);
    return std::move(text) + '#' + checksum;
}

std::string inferred_descriptor(ByteView script, std::string_view prefix) {
    const bool taproot = script.size() == 34 && script[0] == 0x51 && script[1] == 0x20;
    if (taproot && x_only_key(script.subspan(2)))
        return with_checksum("rawtr(" + hex(script.subspan(2)) + ')');
    if (const auto address = address_of_script(script, prefix))
        return with_checksum("addr(" + *address + ')');
    const bool one_key = script.size() == 35 && script[0] == 33 && script[34] == 0xac;
    if (one_key && x_only_key(script.subspan(1, 33)))
        return with_checksum("pk(" + hex(script.subspan(1, 33)) + ')');
    return with_checksum("raw(" + hex(script) + ')');
}

}  // namespace starling::rpc

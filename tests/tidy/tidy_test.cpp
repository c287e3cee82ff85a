// The house rules that a machine can check: layering, banned names, line and file length.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

// A room and the rooms it may include. This table is the architecture.
const std::map<std::string, Names> kMayInclude = {
    {"consensus", {}},
    {"chain", {"consensus"}},
    {"mempool", {"consensus", "chain"}},
    {"p2p", {"consensus", "chain", "mempool"}},
    {"node/rpc", {"consensus"}},
    {"node", {"consensus", "chain", "mempool", "p2p", "node/rpc"}},
    {"wallet-cli", {"consensus", "node/rpc"}},
    // The simulator is the shell's twin: it stands on the machines, never on node/. Its commands
    // deal with this machine; nothing else of it may.
    {"tests/sim", {"consensus", "chain", "mempool", "p2p", "node/rpc", "tests/sim/commands"}},
    {"tests/sim/commands", {"consensus", "chain", "mempool", "p2p", "node/rpc", "tests/sim"}},
};

struct Ban {
    std::regex pattern;
    Names allowed_in;  // rooms or files
    std::string instead;
};

const std::vector<Ban> kBans = {
    {std::regex("(system|steady|high_resolution)_clock"),
     {"node", "wallet-cli", "tests/sim/commands"},
     "a Time parameter"},
    {std::regex("random_device|mt19937"), {"node", "wallet-cli"}, "starling::Random"},
    {std::regex("<boost/(asio|beast)"), {"node", "wallet-cli"}, "an Effect"},
    {std::regex("std::(jthread|thread|mutex|atomic)\\b"),
     {"node", "wallet-cli", "tests/sim/commands", "chain/appended_places.h"},
     "an Effect"},
    {std::regex("unordered_"),
     {"consensus/lookup_table.h"},
     "LookupTable, or std::map: replay needs an order"},
    {std::regex("<lmdb\\.h>"), {"chain/lmdb.cpp"}, "chain::Store"},
    {std::regex("<secp256k1"),
     {"consensus/signature.cpp", "node/rpc/extended_key.cpp", "p2p/crypto/curve.cpp"},
     "the room's own door to the curve"},
    {std::regex("<openssl/"),
     {"consensus/hash.cpp", "consensus/muhash.cpp", "node/rpc/extended_key.cpp",
      "p2p/crypto/cipher.cpp", "wallet-cli/secrets.cpp", "node/random.cpp"},
     "the room's own door to OpenSSL"},
    {std::regex("<CLI/"),
     {"node/main.cpp", "wallet-cli/main.cpp", "tests/sim/main.cpp"},
     "parsed options"},
    {std::regex("#include \"\\."), {}, "a path from the source root"},
    {std::regex("\\b(TODO|FIXME)\\b"), {}, "a finished thought, or an issue"},
};

constexpr std::size_t kFileLinesMax = 400;
constexpr std::size_t kLineColumnsMax = 100;

// The innermost room of a path such as "node/rpc/method.h"; empty when outside every room.
std::string room_of(const std::string& path) {
    std::string room;
    for (const auto& [name, below] : kMayInclude) {
        if (path.starts_with(name + "/") && name.size() > room.size()) room = name;
    }
    return room;
}

void check_line(const std::string& file, const std::string& line) {
    EXPECT_LE(line.size(), kLineColumnsMax) << "line too long";
    static const std::regex include("#include \"([^\"]+)\"");
    const std::string room = room_of(file);
    std::smatch match;
    if (std::regex_search(line, match, include)) {
        const std::string path = match[1];
        const std::string target = room_of(path.starts_with("sim/") ? "tests/" + path : path);
        EXPECT_TRUE(target == room || kMayInclude.at(room).contains(target))
            << room << " must not include " << match[1];
    }
    for (const Ban& ban : kBans) {
        if (ban.allowed_in.contains(room) || ban.allowed_in.contains(file)) continue;
        EXPECT_FALSE(std::regex_search(line, ban.pattern)) << "use " << ban.instead;
    }
}

TEST(Tidy, EveryFileObeysTheHouseRules) {
    const fs::path root = STARLING_SOURCE_DIR;
    for (const auto& [room, below] : kMayInclude) {
        for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
            const std::string file = fs::relative(entry.path(), root).string();
            if (!file.ends_with(".h") && !file.ends_with(".cpp")) continue;
            std::ifstream in(entry.path());
            std::size_t line_number = 0;
            for (std::string line; std::getline(in, line);) {
                SCOPED_TRACE(file + ":" + std::to_string(++line_number));
                check_line(file, line);
            }
            EXPECT_LE(line_number, kFileLinesMax) << file << ": split this file";
        }
    }
}

}  // namespace

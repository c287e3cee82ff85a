#pragma once

#include "node/machine.h"

#include <filesystem>
#include <functional>
#include <optional>

namespace starling::node {

// Keeps the nodes that Gossip may dial over restarts in `peers.dat` (p2p/saved_addresses.h has its
// form). A file that is damaged or cannot be read is put aside for people to look at, and the node
// begins anew. One of which most is lost under other netgroups is kept beside what is left of it.
class AddressFile {
public:
    static constexpr Duration kSaveEvery = std::chrono::minutes{15};

    AddressFile(Machine& machine, std::filesystem::path path);

    // On the protocol thread, once, first: reads the file on a worker.
    void load(std::function<void()> loaded);
    // Once, after that and before there are peers: gives it to Gossip. From then on it is written
    // now and then.
    void restore();
    // Has the store writer save what is known now, behind what it was asked for before; nothing if
    // nothing was restored.
    void save();

private:
    void keep_before_map(Bytes file, const p2p::RestoredAddresses& restored);
    void save_later();

    Machine& machine_;
    const std::filesystem::path path_;
    std::optional<Bytes> read_;  // between load and restore
    bool restored_ = false;
};

// Where a file is kept that lost most under a map: peers.dat.before-map.
std::filesystem::path path_before_map(std::filesystem::path path);
// Writes it there, unless what is there is larger: at a second start under a wrong map less is left
// to keep. Throws std::system_error.
void write_before_map(const std::filesystem::path& path, ByteView file);

}  // namespace starling::node

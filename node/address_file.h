#pragma once

#include "node/machine.h"

#include <filesystem>
#include <functional>
#include <optional>

namespace starling::node {

// Keeps the nodes that Gossip may dial over restarts in `peers.dat` (p2p/saved_addresses.h has its
// form). A file that is damaged is put aside for people to look at, and the node begins anew.
class AddressFile {
public:
    static constexpr Duration kSaveEvery = std::chrono::minutes{15};

    AddressFile(Machine& machine, std::filesystem::path path);

    // On the protocol thread, once, first: reads the file on a worker.
    void load(std::function<void()> loaded);
    // Once, after that and before there are peers: gives it to Gossip. From then on it is written
    // now and then.
    void restore();
    // Writes on the calling thread, unless nothing was restored; throws std::system_error.
    void save_now();

private:
    void save_later();

    Machine& machine_;
    const std::filesystem::path path_;
    std::optional<Bytes> read_;  // between load and restore
    bool restored_ = false;
};

}  // namespace starling::node

#include "node/address_file.h"

#include "node/atomic_file.h"
#include "node/log.h"
#include "node/saved_file.h"
#include "p2p/saved_addresses.h"

#include <string>
#include <system_error>
#include <utility>

namespace starling::node {

AddressFile::AddressFile(Machine& machine, std::filesystem::path path)
    : machine_(machine), path_(std::move(path)) {}

void AddressFile::load(std::function<void()> loaded) {
    machine_.jobs().on_worker([this, loaded = std::move(loaded)]() mutable {
        auto bytes = read_saved(path_, p2p::SavedAddresses::kBytesMax);
        machine_.loop().post(
            [this, bytes = std::move(bytes), loaded = std::move(loaded)]() mutable {
                read_ = std::move(bytes);
                loaded();
            });
    });
}

void AddressFile::restore() {
    if (auto bytes = std::exchange(read_, std::nullopt)) {
        const auto done = machine_.restore_addresses(*bytes);
        if (!done) {
            machine_.jobs().on_writer(
                [path = path_, why = describe(done.error())] { put_aside(path, why); });
        } else if (done->lost_most()) {
            keep_before_map(std::move(*bytes), *done);
        }
    }
    restored_ = true;
    save_later();
}

void AddressFile::keep_before_map(Bytes file, const p2p::RestoredAddresses& restored) {
    log_warning("of " + std::to_string(restored.admitted) + " nodes in " +
                path_.filename().string() + " only " + std::to_string(restored.kept) +
                " have a place with the netgroups of now: is --asmap the right map? The file is "
                "kept as " +
                path_before_map(path_).filename().string());
    // Before what is left is first written over it.
    machine_.jobs().on_writer([path = path_, file = std::move(file)] {
        try {
            write_before_map(path, file);
        } catch (const std::system_error& error) {
            log_warning(std::string("it was not kept: ") + error.what());
        }
    });
}

void AddressFile::save_later() {
    machine_.loop().after(kSaveEvery, [this] {
        save();
        save_later();
    });
}

void AddressFile::save() {
    if (!restored_) return;
    machine_.jobs().on_writer([path = path_, content = machine_.gossip().saved_addresses()] {
        write_saved(path, content, 0600);
    });
}

std::filesystem::path path_before_map(std::filesystem::path path) {
    return path += ".before-map";
}

void write_before_map(const std::filesystem::path& path, ByteView file) {
    const std::filesystem::path kept = path_before_map(path);
    std::error_code none;
    const auto size = std::filesystem::file_size(kept, none);
    if (none || size <= file.size()) replace_file(kept, file, 0600);
}

}  // namespace starling::node

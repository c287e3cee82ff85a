#include "node/address_file.h"

#include "node/atomic_file.h"
#include "node/log.h"
#include "p2p/saved_addresses.h"

#include <string>
#include <system_error>
#include <utility>

namespace starling::node {

AddressFile::AddressFile(Machine& machine, std::filesystem::path path)
    : machine_(machine), path_(std::move(path)) {}

void AddressFile::load(std::function<void()> loaded) {
    machine_.jobs().on_worker([this, loaded = std::move(loaded)]() mutable {
        auto bytes = read_file(path_, p2p::SavedAddresses::kBytesMax);
        machine_.loop().post(
            [this, bytes = std::move(bytes), loaded = std::move(loaded)]() mutable {
                read_ = std::move(bytes);
                loaded();
            });
    });
}

void AddressFile::restore() {
    if (const auto bytes = std::exchange(read_, std::nullopt)) {
        if (const auto done = machine_.restore_addresses(*bytes); !done) {
            std::filesystem::path aside = path_;
            aside += ".damaged";
            std::error_code failure;  // then it is written over
            std::filesystem::rename(path_, aside, failure);
            log_warning(path_.filename().string() + " has " + std::string(describe(done.error())) +
                        ": it is now " + aside.filename().string() +
                        ", and nodes are looked for anew");
        }
    }
    restored_ = true;
    machine_.loop().after(kSaveEvery, [this] { save_later(); });
}

void AddressFile::save_later() {
    machine_.jobs().on_writer([path = path_, content = machine_.gossip().saved_addresses()] {
        try {
            replace_file(path, content, 0600);
        } catch (const std::system_error& error) {
            log_warning(std::string("the nodes that are known were not saved: ") + error.what());
        }
    });
    machine_.loop().after(kSaveEvery, [this] { save_later(); });
}

void AddressFile::save_now() {
    if (restored_) replace_file(path_, machine_.gossip().saved_addresses(), 0600);
}

}  // namespace starling::node

#pragma once

#include "chain/file.h"
#include "chain/store_error.h"
#include "consensus/random.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace starling::test {

// Files in memory that fail as a disk does: a power cut takes what was not synced, a full disk
// writes a part and then refuses.
class FaultyFiles final : public chain::FileSystem {
public:
    // Bytes that may still be written until the disk is full.
    std::uint64_t free_bytes = std::numeric_limits<std::uint64_t>::max();

    enum class Unsynced {
        lost,     // everything that was not synced is gone
        torn,     // a part of it has arrived
        garbled,  // all of it has its length, and other contents from somewhere on
    };
    // The files as a machine finds them that was cut from power now. No file may be open.
    void cut_power(Unsynced fate, Random& random) {
        files_ = durable_;
        for (auto& [path, node] : files_) {
            Bytes after = node->synced;
            if (node->content.size() > after.size() && fate != Unsynced::lost) {
                const std::size_t more = node->content.size() - after.size();
                const std::size_t kept = random.below(more + 1);
                const std::size_t whole = after.size() + kept;
                after.assign(node->content.begin(),
                             node->content.begin() + static_cast<std::ptrdiff_t>(whole));
                if (fate == Unsynced::garbled) after.resize(node->content.size(), 0);
            }
            node->content = node->synced = after;
        }
    }

    Bytes& content(const std::filesystem::path& path) { return files_.at(path)->content; }

    std::unique_ptr<chain::File> open(const std::filesystem::path& path) override {
        auto& node = files_[path];
        if (!node) node = std::make_shared<Node>();
        return std::make_unique<OpenFile>(*this, node);
    }
    std::unique_ptr<chain::File> open_existing(const std::filesystem::path& path) const override {
        const auto it = files_.find(path);
        if (it == files_.end()) return nullptr;
        return std::make_unique<OpenFile>(const_cast<FaultyFiles&>(*this), it->second);
    }
    std::vector<std::string> names(const std::filesystem::path& folder) const override {
        std::vector<std::string> found;
        for (const auto& [path, node] : files_)
            if (path.parent_path() == folder) found.push_back(path.filename().string());
        return found;
    }
    void make_folders(const std::filesystem::path&) override {}
    void remove(const std::filesystem::path& path) override { files_.erase(path); }
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        files_[to] = files_.at(from);
        files_.erase(from);
    }
    void sync_folder(const std::filesystem::path&) override { durable_ = files_; }

private:
    struct Node {
        Bytes content;
        Bytes synced;
    };

    class OpenFile final : public chain::File {
    public:
        OpenFile(FaultyFiles& files, std::shared_ptr<Node> node)
            : files_(files), node_(std::move(node)) {}
        std::uint64_t size() const override { return node_->content.size(); }
        std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
            if (offset >= node_->content.size()) return 0;
            const std::size_t size =
                std::min<std::size_t>(out.size(), node_->content.size() - offset);
            std::copy_n(node_->content.begin() + static_cast<std::ptrdiff_t>(offset), size,
                        out.begin());
            return size;
        }
        void append(ByteView bytes) override {
            const auto size = std::min<std::uint64_t>(bytes.size(), files_.free_bytes);
            files_.free_bytes -= size;
            const ByteView written = bytes.first(size);
            node_->content.insert(node_->content.end(), written.begin(), written.end());
            if (size < bytes.size())
                throw chain::StoreError(chain::describe_failure("write", "a segment", ENOSPC));
        }
        void truncate(std::uint64_t size) override { node_->content.resize(size); }
        void sync() override { node_->synced = node_->content; }

    private:
        FaultyFiles& files_;
        std::shared_ptr<Node> node_;
    };

    using Folder = std::map<std::filesystem::path, std::shared_ptr<Node>>;
    Folder files_;
    Folder durable_;
};

}  // namespace starling::test

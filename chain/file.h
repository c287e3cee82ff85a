#pragma once

#include "consensus/bytes.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace starling::chain {

// One open file of a segment. What was appended survives a power cut only after sync(). Failures of
// the machine are StoreErrors.
class File {
public:
    virtual ~File() = default;

    [[nodiscard]] virtual std::uint64_t size() const = 0;
    // Fills `out` from `offset` on; gives how much was there.
    [[nodiscard]] virtual std::size_t read(std::uint64_t offset,
                                           std::span<std::uint8_t> out) const = 0;
    // All of it, or a StoreError after which a part of it may stand at the end.
    virtual void append(ByteView bytes) = 0;
    virtual void truncate(std::uint64_t size) = 0;
    virtual void sync() = 0;
};

// The operations on files that the segments need, few enough to be replaced by one that fails in
// every way in which a disk can fail.
class FileSystem {
public:
    virtual ~FileSystem() = default;

    // Opens for reading and appending; makes the file if it is absent.
    virtual std::unique_ptr<File> open(const std::filesystem::path& path) = 0;
    // Opens for reading only; null if it is absent. May be called by any thread.
    virtual std::unique_ptr<File> open_existing(const std::filesystem::path& path) const = 0;
    // The names in a folder, sorted; none if the folder is absent.
    [[nodiscard]] virtual std::vector<std::string> names(
        const std::filesystem::path& folder) const = 0;
    virtual void make_folders(const std::filesystem::path& folder) = 0;
    virtual void remove(const std::filesystem::path& path) = 0;
    virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
    // Makes files that were created, renamed or removed in the folder stay so after a power cut.
    virtual void sync_folder(const std::filesystem::path& folder) = 0;
};

// The machine's own files.
FileSystem& disk();

// Held for as long as a daemon uses a folder; the kernel drops it when the process dies.
class FolderLock {
public:
    // Locks the file `.lock` in the folder; StoreError if another process holds it.
    explicit FolderLock(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int descriptor_ = -1;
};

// One line for a failed system call: says what to do when the disk is full.
std::string describe_failure(const std::string& what,
                             const std::filesystem::path& path,
                             int error_number);

}  // namespace starling::chain

#include "chain/file.h"

#include "chain/store_error.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace starling::chain {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path, int error_number) {
    throw StoreError(describe_failure(what, path, error_number));
}

class DiskFile final : public File {
public:
    DiskFile(int descriptor, fs::path path) : descriptor_(descriptor), path_(std::move(path)) {}
    ~DiskFile() override { ::close(descriptor_); }
    DiskFile(const DiskFile&) = delete;
    DiskFile& operator=(const DiskFile&) = delete;

    std::uint64_t size() const override {
        struct stat status {};
        if (::fstat(descriptor_, &status) != 0) fail("look at", path_, errno);
        return static_cast<std::uint64_t>(status.st_size);
    }

    std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
        std::size_t done = 0;
        while (done < out.size()) {
            const ssize_t n = ::pread(descriptor_, out.data() + done, out.size() - done,
                                      static_cast<off_t>(offset + done));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) fail("read", path_, errno);
            if (n == 0) break;
            done += static_cast<std::size_t>(n);
        }
        return done;
    }

    void append(ByteView bytes) override {
        while (!bytes.empty()) {
            const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) fail("write", path_, errno);
            bytes = bytes.subspan(static_cast<std::size_t>(n));
        }
    }

    void truncate(std::uint64_t size) override {
        if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail("cut", path_, errno);
    }

    void sync() override {
        if (::fdatasync(descriptor_) != 0) fail("sync", path_, errno);
    }

private:
    int descriptor_;
    fs::path path_;
};

class Disk final : public FileSystem {
public:
    std::unique_ptr<File> open(const fs::path& path) override {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (descriptor < 0) fail("open", path, errno);
        return std::make_unique<DiskFile>(descriptor, path);
    }

    std::unique_ptr<File> open_existing(const fs::path& path) const override {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0 && errno == ENOENT) return nullptr;
        if (descriptor < 0) fail("open", path, errno);
        return std::make_unique<DiskFile>(descriptor, path);
    }

    std::vector<std::string> names(const fs::path& folder) const override {
        std::vector<std::string> found;
        std::error_code error;
        for (fs::directory_iterator at(folder, error), end; !error && at != end;
             at.increment(error))
            found.push_back(at->path().filename().string());
        if (error && error != std::errc::no_such_file_or_directory)
            fail("list", folder, error.value());
        std::ranges::sort(found);
        return found;
    }

    void make_folders(const fs::path& folder) override {
        std::error_code error;
        fs::create_directories(folder, error);
        if (error) fail("make", folder, error.value());
    }

    void remove(const fs::path& path) override {
        if (::unlink(path.c_str()) != 0) fail("remove", path, errno);
    }

    void rename(const fs::path& from, const fs::path& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) fail("rename", from, errno);
    }

    void sync_folder(const fs::path& folder) override {
        const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor < 0) fail("open", folder, errno);
        const int result = ::fsync(descriptor);
        const int error_number = errno;
        ::close(descriptor);
        if (result != 0) fail("sync", folder, error_number);
    }
};

}  // namespace

FileSystem& disk() {
    static Disk disk;
    return disk;
}

FolderLock::FolderLock(const fs::path& folder) {
    const fs::path path = folder / ".lock";
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0) fail("open", path, errno);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    const int error_number = errno;
    ::close(descriptor_);
    if (error_number != EWOULDBLOCK) fail("lock", path, error_number);
    throw StoreError("another starlingd is using " + folder.string() +
                     ": stop it, or choose another --datadir");
}

FolderLock::~FolderLock() {
    ::close(descriptor_);
}

std::string describe_failure(const std::string& what, const fs::path& path, int error_number) {
    const std::string line = "cannot " + what + " " + path.string() + ": " +
                             std::generic_category().message(error_number);
    // EFBIG: the process's own limit on file sizes; LMDB gives EIO for a write that was cut short.
    const bool full = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
    if (full) return line + "; free some disk space and start again, nothing is lost";
    if (error_number == EIO)
        return line + "; the disk is full or failing, nothing committed is lost";
    return line;
}

}  // namespace starling::chain

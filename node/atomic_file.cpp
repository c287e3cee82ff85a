#include "node/atomic_file.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace starling::node {

namespace {

std::error_code last_error() {
    return {errno, std::generic_category()};
}

[[noreturn]] void failed(const std::filesystem::path& path) {
    throw std::system_error(last_error(), path.string());
}

void write_all(int fd, ByteView content, const std::filesystem::path& path) {
    while (!content.empty()) {
        const ssize_t done = ::write(fd, content.data(), content.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) failed(path);
        content = content.subspan(static_cast<std::size_t>(done));
    }
}

// A new name in a folder is on the disk once the folder is.
void sync_folder(const std::filesystem::path& folder) {
    const int fd =
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) failed(folder);
    const bool done = ::fsync(fd) == 0;
    const int error = errno;
    ::close(fd);
    errno = error;
    if (!done) failed(folder);
}

}  // namespace

void replace_file(const std::filesystem::path& path, ByteView content, unsigned mode) {
    const std::filesystem::path next = path.string() + ".new";
    // O_EXCL after unlink: the mode is that of a file we made, never of one that stood there.
    ::unlink(next.c_str());
    const int fd = ::open(next.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) failed(next);
    try {
        write_all(fd, content, next);
        if (::fsync(fd) != 0) failed(next);
    } catch (...) {
        ::close(fd);
        ::unlink(next.c_str());
        throw;
    }
    ::close(fd);
    if (::rename(next.c_str(), path.c_str()) != 0) {
        const int error = errno;
        ::unlink(next.c_str());
        errno = error;
        failed(path);
    }
    sync_folder(path.parent_path());
}

void replace_file(const std::filesystem::path& path, std::string_view content, unsigned mode) {
    replace_file(path, Bytes(content.begin(), content.end()), mode);
}

Result<Bytes, std::error_code> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
    std::error_code failure;
    const auto size = std::filesystem::file_size(path, failure);
    if (failure) return Failure{failure};
    if (size > bytes_max) return Failure{std::make_error_code(std::errc::file_too_large)};
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return Failure{last_error()};
    Bytes out(static_cast<std::size_t>(size));
    std::size_t filled = 0;
    while (filled < out.size()) {
        const ssize_t done = ::read(fd, out.data() + filled, out.size() - filled);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) failure = last_error();
        if (done == 0) failure = std::make_error_code(std::errc::io_error);  // it became shorter
        if (done <= 0) break;
        filled += static_cast<std::size_t>(done);
    }
    ::close(fd);
    if (failure) return Failure{failure};
    return out;
}

}  // namespace starling::node

// SPDX-License-Identifier: BSD-2-Clause
#include "sdk/rt/src/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zircon/errors.h>

#include "sdk/rt/src/mutex.h"
#include "sdk/rt/src/remote_node.h"
#include "sdk/rt/src/thread_memory.h"

namespace rt {
namespace {

// Standard input, output and error are not in the table: stdio.cc has them.
constexpr int kFirst = 3;
constexpr int kMost = 32;

class Descriptor {
 public:
  bool is_free() const { return !node_.is_open(); }
  void Take(RemoteNode node) {
    node_ = std::move(node);
    position_ = 0;
  }
  void Close() { node_.Close(); }
  const RemoteNode& node() const { return node_; }

  // Reads at `offset`, until `to` is full or the file at its end.
  ssize_t ReadAt(uint64_t offset, std::span<std::byte> to) {
    if (node_.is_directory()) return FailWith(EISDIR);
    size_t done = 0;
    while (done < to.size()) {
      const auto size = node_.ReadAt(offset + done, to.subspan(done));
      if (!size && done == 0) return Fail(size.error());
      if (!size || *size == 0) break;
      done += *size;
    }
    return static_cast<ssize_t>(done);
  }
  ssize_t Read(std::span<std::byte> to) {
    const ssize_t size = ReadAt(position_, to);
    if (size > 0) position_ += static_cast<uint64_t>(size);
    return size;
  }
  off_t Seek(off_t offset, int origin) {
    off_t from = 0;
    if (origin == SEEK_CUR) from = static_cast<off_t>(position_);
    if (origin == SEEK_END) from = static_cast<off_t>(node_.attributes().content_size);
    off_t to = 0;
    if (origin < SEEK_SET || origin > SEEK_END || __builtin_add_overflow(from, offset, &to) || to < 0) {
      return FailWith(EINVAL);
    }
    position_ = static_cast<uint64_t>(to);
    return to;
  }

 private:
  RemoteNode node_;
  uint64_t position_ = 0;
};

constinit Mutex g_lock;
constinit Descriptor g_descriptors[kMost] GUARDED_BY(g_lock);

// Runs `use` with the open descriptor of this number.
template <class Use>
auto With(int number, Use use) -> decltype(use(g_descriptors[0])) {
  MutexGuard guard(g_lock);
  const int index = number - kFirst;
  if (index < 0 || index >= kMost || g_descriptors[index].is_free()) return FailWith(EBADF);
  return use(g_descriptors[index]);
}

int ErrorOf(zx_status_t status) {
  switch (status) {
    case ZX_ERR_NOT_FOUND: return ENOENT;
    case ZX_ERR_ACCESS_DENIED: return EACCES;
    case ZX_ERR_NOT_DIR: return ENOTDIR;
    case ZX_ERR_NOT_FILE: return EISDIR;
    case ZX_ERR_NO_MEMORY: return ENOMEM;
    case ZX_ERR_NO_RESOURCES: return EMFILE;
    case ZX_ERR_BAD_PATH: return ENAMETOOLONG;
    case ZX_ERR_INVALID_ARGS: return EINVAL;
    default: return EIO;
  }
}

void Describe(const RemoteNode& node, struct stat& out) {
  out.st_ino = node.attributes().id;
  out.st_mode = S_IRUSR | (node.is_directory() ? S_IFDIR | S_IXUSR : S_IFREG);
  out.st_nlink = 1;
  out.st_size = static_cast<off_t>(node.attributes().content_size);
}

std::span<std::byte> Bytes(void* to, size_t size) { return {static_cast<std::byte*>(to), size}; }

int Add(RemoteNode node) {
  MutexGuard guard(g_lock);
  for (int index = 0; index < kMost; ++index) {
    if (!g_descriptors[index].is_free()) continue;
    g_descriptors[index].Take(std::move(node));
    return kFirst + index;
  }
  return FailWith(EMFILE);
}

}  // namespace

int FailWith(int error) {
  errno = error;
  return -1;
}

int Fail(zx_status_t status) { return FailWith(ErrorOf(status)); }

}  // namespace rt

extern "C" {

int* __errno_location() { return &rt::CurrentThread().error_number; }

int open(const char* path, int flags, ...) {
  if ((flags & (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND)) != O_RDONLY) return rt::FailWith(EROFS);
  auto node = rt::RemoteNode::Open(path, (flags & O_DIRECTORY) != 0);
  return node ? rt::Add(std::move(*node)) : rt::Fail(node.error());
}

int close(int descriptor) {
  return rt::With(descriptor, [](rt::Descriptor& file) {
    file.Close();
    return 0;
  });
}

ssize_t read(int descriptor, void* to, size_t size) {
  return rt::With(descriptor, [&](rt::Descriptor& file) -> ssize_t { return file.Read(rt::Bytes(to, size)); });
}

ssize_t pread(int descriptor, void* to, size_t size, off_t offset) {
  if (offset < 0) return rt::FailWith(EINVAL);
  return rt::With(descriptor, [&](rt::Descriptor& file) -> ssize_t {
    return file.ReadAt(static_cast<uint64_t>(offset), rt::Bytes(to, size));
  });
}

off_t lseek(int descriptor, off_t offset, int origin) {
  return rt::With(descriptor, [&](rt::Descriptor& file) -> off_t { return file.Seek(offset, origin); });
}

int fstat(int descriptor, struct stat* out) {
  return rt::With(descriptor, [&](rt::Descriptor& file) {
    rt::Describe(file.node(), *out);
    return 0;
  });
}

int stat(const char* path, struct stat* out) {
  const auto node = rt::RemoteNode::Open(path, false);
  if (!node) return rt::Fail(node.error());
  rt::Describe(*node, *out);
  return 0;
}

}  // extern "C"

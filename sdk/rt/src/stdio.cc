// SPDX-License-Identifier: BSD-2-Clause
// Standard output and error: whole lines to a debuglog, or bytes to a socket. Other files are read.
#include <stdio.h>

#include <errno.h>
#include <fcntl.h>

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <new>
#include <string_view>

#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>

#include "sdk/rt/src/bootstrap.h"
#include "lib/base/thread_annotations.h"
#include "sdk/rt/src/exit.h"
#include "sdk/rt/src/mutex.h"
#include "sdk/rt/src/printf.h"

// An output stream. What is written is sent when a line is complete, when it does not fit, or when
// flushed. A socket gets the very bytes; a debuglog record is a line of its own anyway.
struct HafnonFile {
 public:
  explicit constexpr HafnonFile(uint16_t descriptor) : descriptor_(descriptor) {}

  // Whether it can be written at all.
  bool Write(std::string_view text) {
    rt::MutexGuard guard(lock_);
    if (descriptor_ > kLastStandard) {
      failed_ = true;
      return false;
    }
    for (char character : text) {
      if (character == '\n') {
        SendLocked(Ending::kNewline);
        continue;
      }
      if (size_ == kLineSize) SendLocked(Ending::kNone);
      line_[size_++] = character;
    }
    return !failed_;
  }

  void Flush() {
    rt::MutexGuard guard(lock_);
    if (size_ > 0) SendLocked(Ending::kNone);
  }

  // Reads what there is, up to `size`. What is read ahead stands in line_.
  size_t Read(char* to, size_t size) {
    rt::MutexGuard guard(lock_);
    size_t done = 0;
    while (done < size) {
      if (at_ == size_ && !FillLocked()) break;
      const size_t part = size - done < size_ - at_ ? size - done : size_ - at_;
      memcpy(to + done, line_ + at_, part);
      at_ += part;
      done += part;
    }
    return done;
  }

  // Goes to `offset` in an opened file.
  int Seek(off_t offset, int origin) {
    rt::MutexGuard guard(lock_);
    if (origin == SEEK_CUR) offset -= static_cast<off_t>(size_ - at_);
    size_ = at_ = 0;
    end_ = false;
    return lseek(descriptor_, offset, origin) < 0 ? -1 : 0;
  }
  off_t Tell() {
    rt::MutexGuard guard(lock_);
    const off_t offset = lseek(descriptor_, 0, SEEK_CUR);
    return offset < 0 ? offset : offset - static_cast<off_t>(size_ - at_);
  }

  int descriptor() const { return descriptor_; }
  bool end() {
    rt::MutexGuard guard(lock_);
    return end_;
  }
  bool failed() {
    rt::MutexGuard guard(lock_);
    return failed_;
  }
  void ClearError() {
    rt::MutexGuard guard(lock_);
    end_ = failed_ = false;
  }

 private:
  static constexpr size_t kLineSize = ZX_LOG_RECORD_DATA_MAX;
  // Files behind these were opened, which is for reading only.
  static constexpr uint16_t kLastStandard = 2;

  // The handle for this descriptor: its own, or the one that serves all of standard input and output.
  void OpenLocked() REQUIRES(lock_) {
    opened_ = true;
    handle_ = rt::PeekStartupHandle(PA_HND(PA_FD, descriptor_));
    for (uint32_t any = 0; handle_ == ZX_HANDLE_INVALID && any < 3; ++any) {
      handle_ = rt::PeekStartupHandle(PA_HND(PA_FD, any | FDIO_FLAG_USE_FOR_STDIO));
    }
    zx_info_handle_basic_t info = {};
    if (zx_object_get_info(handle_, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr) == ZX_OK) {
      type_ = info.type;
    }
  }

  bool FillLocked() REQUIRES(lock_) {
    const ssize_t size = read(descriptor_, line_, sizeof(line_));
    at_ = 0;
    size_ = size > 0 ? static_cast<size_t>(size) : 0;
    end_ |= size == 0;
    failed_ |= size < 0;
    return size > 0;
  }

  enum class Ending : bool { kNone, kNewline };
  void SendLocked(Ending ending) REQUIRES(lock_) {
    if (!opened_) OpenLocked();
    if (type_ == ZX_OBJ_TYPE_DEBUGLOG) {
      zx_debuglog_write(handle_, 0, line_, size_);
    } else if (type_ == ZX_OBJ_TYPE_SOCKET) {
      if (ending == Ending::kNewline) line_[size_++] = '\n';
      WriteSocketLocked();
    }
    size_ = 0;
  }

  // Waits for room as long as somebody may read.
  void WriteSocketLocked() REQUIRES(lock_) {
    for (size_t done = 0; done < size_;) {
      size_t part = 0;
      const zx_status_t status = zx_socket_write(handle_, 0, line_ + done, size_ - done, &part);
      if (status == ZX_OK) {
        done += part;
      } else if (status == ZX_ERR_SHOULD_WAIT) {
        zx_object_wait_one(handle_, ZX_SOCKET_WRITABLE | ZX_SOCKET_PEER_CLOSED, ZX_TIME_INFINITE,
                           nullptr);
      } else {
        failed_ = true;
        return;
      }
    }
  }

  const uint16_t descriptor_;
  rt::Mutex lock_;
  bool opened_ GUARDED_BY(lock_) = false;
  zx_handle_t handle_ GUARDED_BY(lock_) = ZX_HANDLE_INVALID;
  zx_obj_type_t type_ GUARDED_BY(lock_) = ZX_OBJ_TYPE_NONE;
  bool end_ GUARDED_BY(lock_) = false;
  bool failed_ GUARDED_BY(lock_) = false;
  size_t size_ GUARDED_BY(lock_) = 0;
  size_t at_ GUARDED_BY(lock_) = 0;  // of a file that is read: what has been given out
  // One more for the newline a socket gets.
  char line_[kLineSize + 1] = {};
};

namespace {

constinit HafnonFile g_input(0);
constinit HafnonFile g_output(1);
constinit HafnonFile g_error(2);

class FileSink final : public rt::PrintSink {
 public:
  explicit FileSink(FILE* file) : file_(file) {}
  void Put(std::string_view text) override { file_->Write(text); }

 private:
  FILE* const file_;
};

// Cuts what does not fit, and leaves room for the NUL.
class BufferSink final : public rt::PrintSink {
 public:
  BufferSink(char* buffer, size_t size) : buffer_(buffer), size_(size) {}
  void Put(std::string_view text) override {
    for (char character : text) {
      if (at_ + 1 < size_) buffer_[at_++] = character;
    }
  }
  void Finish() {
    if (size_ > 0) buffer_[at_] = '\0';
  }

 private:
  char* const buffer_;
  const size_t size_;
  size_t at_ = 0;
};

}  // namespace

void rt::FlushStandardStreams() {
  g_output.Flush();
  g_error.Flush();
}

extern "C" {

FILE* const stdin = &g_input;
FILE* const stdout = &g_output;
FILE* const stderr = &g_error;

int vfprintf(FILE* file, const char* format, va_list arguments) {
  FileSink sink(file);
  return rt::Print(sink, format, arguments);
}

int vprintf(const char* format, va_list arguments) { return vfprintf(stdout, format, arguments); }

int printf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int count = vfprintf(stdout, format, arguments);
  va_end(arguments);
  return count;
}

int fprintf(FILE* file, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int count = vfprintf(file, format, arguments);
  va_end(arguments);
  return count;
}

int vsnprintf(char* to, size_t size, const char* format, va_list arguments) {
  BufferSink sink(to, size);
  const int count = rt::Print(sink, format, arguments);
  sink.Finish();
  return count;
}

int snprintf(char* to, size_t size, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int count = vsnprintf(to, size, format, arguments);
  va_end(arguments);
  return count;
}

int fputs(const char* text, FILE* file) { return file->Write(text) ? 0 : EOF; }

int puts(const char* text) {
  stdout->Write(text);
  stdout->Write("\n");
  return 0;
}

int fputc(int character, FILE* file) {
  const char value = static_cast<char>(character);
  return file->Write({&value, 1}) ? static_cast<unsigned char>(value) : EOF;
}

int putchar(int character) { return fputc(character, stdout); }

size_t fwrite(const void* from, size_t size, size_t count, FILE* file) {
  return file->Write({static_cast<const char*>(from), size * count}) ? count : 0;
}

int fflush(FILE* file) {
  if (file == nullptr) {
    rt::FlushStandardStreams();
  } else {
    file->Flush();
  }
  return 0;
}

FILE* fopen(const char* path, const char* mode) {
  if (mode[0] != 'r' || strchr(mode, '+') != nullptr) {
    errno = EROFS;
    return nullptr;
  }
  const int descriptor = open(path, O_RDONLY);
  if (descriptor < 0) return nullptr;
  auto* file = new (std::nothrow) HafnonFile(static_cast<uint16_t>(descriptor));
  if (file == nullptr) {
    close(descriptor);
    errno = ENOMEM;
  }
  return file;
}

int fclose(FILE* file) {
  const int descriptor = file->descriptor();
  // The standard ones are not from the heap.
  if (file == stdin || file == stdout || file == stderr) return fflush(file);
  delete file;
  return close(descriptor) < 0 ? EOF : 0;
}

size_t fread(void* to, size_t size, size_t count, FILE* file) {
  size_t bytes = 0;
  if (size == 0 || __builtin_mul_overflow(size, count, &bytes)) return 0;
  return file->Read(static_cast<char*>(to), bytes) / size;
}

int fgetc(FILE* file) {
  unsigned char value = 0;
  return file->Read(reinterpret_cast<char*>(&value), 1) == 1 ? value : EOF;
}

char* fgets(char* to, int size, FILE* file) {
  int at = 0;
  while (at + 1 < size) {
    if (file->Read(to + at, 1) != 1) break;
    if (to[at++] == '\n') break;
  }
  if (at == 0) return nullptr;
  to[at] = '\0';
  return to;
}

int fseek(FILE* file, long offset, int origin) { return file->Seek(offset, origin); }

long ftell(FILE* file) { return file->Tell(); }

void rewind(FILE* file) {
  (void)file->Seek(0, SEEK_SET);
  file->ClearError();
}

int feof(FILE* file) { return file->end() ? 1 : 0; }

int ferror(FILE* file) { return file->failed() ? 1 : 0; }

void clearerr(FILE* file) { file->ClearError(); }

}  // extern "C"

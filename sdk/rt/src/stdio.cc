// SPDX-License-Identifier: BSD-2-Clause
// Standard output and error: whole lines to a debuglog, or bytes to a socket.
#include <stdio.h>

#include <stdarg.h>
#include <string.h>

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

// An output stream. A line is sent when it is complete, when it does not fit, or when flushed.
struct HafnonFile {
 public:
  explicit constexpr HafnonFile(uint16_t descriptor) : descriptor_(descriptor) {}

  void Write(std::string_view text) {
    rt::MutexGuard guard(lock_);
    for (char character : text) {
      if (character == '\n') {
        SendLocked();
        continue;
      }
      if (size_ == kLineSize) SendLocked();
      line_[size_++] = character;
    }
  }

  void Flush() {
    rt::MutexGuard guard(lock_);
    if (size_ > 0) SendLocked();
  }

 private:
  static constexpr size_t kLineSize = ZX_LOG_RECORD_DATA_MAX;

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

  void SendLocked() REQUIRES(lock_) {
    if (!opened_) OpenLocked();
    if (type_ == ZX_OBJ_TYPE_DEBUGLOG) {
      zx_debuglog_write(handle_, 0, line_, size_);
    } else if (type_ == ZX_OBJ_TYPE_SOCKET) {
      line_[size_] = '\n';
      zx_socket_write(handle_, 0, line_, size_ + 1, nullptr);
    }
    size_ = 0;
  }

  const uint16_t descriptor_;
  rt::Mutex lock_;
  bool opened_ GUARDED_BY(lock_) = false;
  zx_handle_t handle_ GUARDED_BY(lock_) = ZX_HANDLE_INVALID;
  zx_obj_type_t type_ GUARDED_BY(lock_) = ZX_OBJ_TYPE_NONE;
  size_t size_ GUARDED_BY(lock_) = 0;
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

int fputs(const char* text, FILE* file) {
  file->Write(text);
  return 0;
}

int puts(const char* text) {
  stdout->Write(text);
  stdout->Write("\n");
  return 0;
}

int fputc(int character, FILE* file) {
  const char value = static_cast<char>(character);
  file->Write({&value, 1});
  return static_cast<unsigned char>(value);
}

int putchar(int character) { return fputc(character, stdout); }

size_t fwrite(const void* from, size_t size, size_t count, FILE* file) {
  file->Write({static_cast<const char*>(from), size * count});
  return count;
}

int fflush(FILE* file) {
  if (file == nullptr) {
    rt::FlushStandardStreams();
  } else {
    file->Flush();
  }
  return 0;
}

}  // extern "C"

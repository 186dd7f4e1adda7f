// SPDX-License-Identifier: BSD-2-Clause
#include "qemu/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace qemu {
namespace {

using Clock = std::chrono::steady_clock;

// What a child reports when it could not become the program; shells use the same.
constexpr int kNotFoundStatus = 127;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

void CloseEnd(int& end) {
  if (end >= 0) close(end);
  end = -1;
}
void Close(Pipe& pipe) {
  CloseEnd(pipe.read_end);
  CloseEnd(pipe.write_end);
}

// Where the child's standard streams go to and come from; -1: to where ours do.
struct Streams {
  Pipe output;
  Pipe input;  // a pair of sockets: writing to one whose reader has gone does no harm
};

[[noreturn]] void Become(const ProcessOptions& options, const Streams& streams) {
  const Pipe& pipe = streams.output;
  if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(kNotFoundStatus);
  if (streams.input.read_end >= 0) {
    dup2(streams.input.read_end, STDIN_FILENO);
  } else if (!options.has_input) {
    const int empty = open("/dev/null", O_RDONLY);
    dup2(empty, STDIN_FILENO);
  }
  if (pipe.write_end >= 0) {
    dup2(pipe.write_end, STDOUT_FILENO);
    dup2(pipe.write_end, STDERR_FILENO);
  }
  std::vector<char*> arguments;
  for (const std::string& argument : options.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(kNotFoundStatus);
}

void WriteAll(const char* data, size_t size) {
  while (size != 0) {
    const ssize_t written = write(STDOUT_FILENO, data, size);
    if (written <= 0) return;
    data += written;
    size -= static_cast<size_t>(written);
  }
}

// Milliseconds until `deadline` for poll(), -1 for ever.
int Remaining(std::optional<Clock::time_point> deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
  return left.count() <= 0 ? 0 : static_cast<int>(std::min<int64_t>(left.count(), 3'600'000));
}

// Types what is due. What the child no longer wants is dropped: its output tells why.
void Type(Dialogue& dialogue, int fd, std::string_view output) {
  std::string text = dialogue.Advance(output);
  while (!text.empty()) {
    const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;
    text.erase(0, static_cast<size_t>(sent));
  }
}

// Reads until the other end is closed; false when the deadline came first.
bool Drain(const Streams& streams, const ProcessOptions& options,
           std::optional<Clock::time_point> deadline, std::string& text) {
  const int fd = streams.output.read_end;
  for (;;) {
    pollfd entry = {.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = poll(&entry, 1, Remaining(deadline));
    if (ready == 0 && Remaining(deadline) == 0) return false;
    if (ready <= 0) continue;
    char buffer[4096];
    const ssize_t size = read(fd, buffer, sizeof buffer);
    if (size == 0 || (size < 0 && errno != EINTR)) return true;
    if (size < 0) continue;
    text.append(buffer, static_cast<size_t>(size));
    if (options.output == Output::kBoth) WriteAll(buffer, static_cast<size_t>(size));
    if (options.dialogue != nullptr) Type(*options.dialogue, streams.input.write_end, text);
  }
}

// Waits for the child itself; false when the deadline came first.
bool WaitFor(pid_t child, std::optional<Clock::time_point> deadline, int& status) {
  for (;;) {
    const pid_t ended = waitpid(child, &status, deadline ? WNOHANG : 0);
    if (ended == child) return true;
    if (ended < 0 && errno != EINTR) return true;
    if (deadline && Remaining(deadline) == 0) return false;
    if (deadline) poll(nullptr, 0, 5);
  }
}

Ended Wait(pid_t child, const Streams& streams, const ProcessOptions& options,
           Clock::time_point start) {
  std::optional<Clock::time_point> deadline;
  if (options.timeout) deadline = start + *options.timeout;
  Ended ended;
  int status = 0;
  const bool in_time = (streams.output.read_end < 0 || Drain(streams, options, deadline, ended.output)) &&
                       WaitFor(child, deadline, status);
  if (!in_time) {
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    ended.how = Ended::How::kTimeout;
  } else if (WIFSIGNALED(status)) {
    ended.how = Ended::How::kSignalled;
    ended.code = WTERMSIG(status);
  } else {
    ended.code = WEXITSTATUS(status);
    ended.how = ended.code == kNotFoundStatus ? Ended::How::kNotStarted : Ended::How::kExited;
  }
  ended.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  return ended;
}

}  // namespace

Ended Run(const ProcessOptions& options) {
  Streams streams;
  int ends[2];
  if (options.output != Output::kInherit) {
    if (pipe2(ends, O_CLOEXEC) != 0) return {};
    streams.output = {ends[0], ends[1]};
  }
  if (options.dialogue != nullptr) {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      Close(streams.output);
      return {};
    }
    streams.input = {ends[0], ends[1]};
  }
  const Clock::time_point start = Clock::now();
  const pid_t child = fork();
  if (child == 0) Become(options, streams);
  CloseEnd(streams.output.write_end);
  CloseEnd(streams.input.read_end);
  Ended ended;
  if (child > 0) ended = Wait(child, streams, options, start);
  Close(streams.output);
  Close(streams.input);
  return ended;
}

}  // namespace qemu

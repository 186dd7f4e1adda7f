// SPDX-License-Identifier: BSD-2-Clause
#include "qemu/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
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

[[noreturn]] void Become(const ProcessOptions& options, const Pipe& pipe) {
  if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(kNotFoundStatus);
  if (!options.has_input) {
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

// Reads until the other end is closed; false when the deadline came first.
bool Drain(int fd, Output output, std::optional<Clock::time_point> deadline, std::string& text) {
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
    if (output == Output::kBoth) WriteAll(buffer, static_cast<size_t>(size));
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

Ended Wait(pid_t child, int fd, const ProcessOptions& options, Clock::time_point start) {
  std::optional<Clock::time_point> deadline;
  if (options.timeout) deadline = start + *options.timeout;
  Ended ended;
  int status = 0;
  const bool in_time = (fd < 0 || Drain(fd, options.output, deadline, ended.output)) &&
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
  Pipe pipe;
  if (options.output != Output::kInherit) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return {};
    pipe = {ends[0], ends[1]};
  }
  const Clock::time_point start = Clock::now();
  const pid_t child = fork();
  if (child == 0) Become(options, pipe);
  if (pipe.write_end >= 0) close(pipe.write_end);
  Ended ended;
  if (child > 0) ended = Wait(child, pipe.read_end, options, start);
  if (pipe.read_end >= 0) close(pipe.read_end);
  return ended;
}

}  // namespace qemu

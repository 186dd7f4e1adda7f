// SPDX-License-Identifier: BSD-2-Clause
// Reads its package with the C library's calls. A line "not as expected" fails the transcript.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

int failures = 0;

void Expect(bool condition, const char* what) {
  if (condition) return;
  printf("not as expected: %s\n", what);
  ++failures;
}

void ReadLines() {
  FILE* file = fopen("/pkg/data/poem.txt", "r");
  Expect(file != nullptr, "fopen");
  if (file == nullptr) return;
  char line[64];
  while (fgets(line, sizeof(line), file) != nullptr) printf("line: %s", line);
  Expect(feof(file) != 0 && ferror(file) == 0, "the end of the file");
  Expect(fseek(file, 2, SEEK_SET) == 0 && fread(line, 1, 7, file) == 7 && memcmp(line, "crystal", 7) == 0, "fread");
  Expect(ftell(file) == 9, "ftell");
  Expect(fseek(file, 3, SEEK_CUR) == 0 && fgetc(file) == ' ', "fseek from here");
  Expect(fputs("x", file) == EOF && ferror(file) != 0, "a file for reading is not written");
  Expect(fclose(file) == 0, "fclose");
}

void ReadBytes() {
  const int descriptor = open("/pkg/data/poem.txt", O_RDONLY);
  Expect(descriptor > 2, "open");
  char bytes[16] = {};
  Expect(pread(descriptor, bytes, 7, 2) == 7 && memcmp(bytes, "crystal", 7) == 0, "pread");
  Expect(lseek(descriptor, -6, SEEK_END) > 0 && read(descriptor, bytes, sizeof(bytes)) == 6, "read up to the end");
  Expect(memcmp(bytes, "s do.\n", 6) == 0 && read(descriptor, bytes, 1) == 0, "what stands there");
  struct stat about = {};
  Expect(fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode), "fstat");
  printf("size: %ld\n", about.st_size);
  Expect(close(descriptor) == 0 && close(descriptor) == -1 && errno == EBADF, "close");
  Expect(stat("/pkg/data/more/empty", &about) == 0 && about.st_size == 0, "an empty file");
  Expect(stat("/pkg/data", &about) == 0 && S_ISDIR(about.st_mode), "a directory");
}

void Refusals() {
  const struct {
    const char* path;
    int flags;
    int error;
  } kCases[] = {
      {"/pkg/data/prose.txt", O_RDONLY, ENOENT}, {"/elsewhere", O_RDONLY, ENOENT},
      {"/pkgs/data", O_RDONLY, ENOENT},          {"/pkg/data/../bin", O_RDONLY, EINVAL},
      {"/pkg/data/poem.txt", O_RDWR, EROFS},     {"/pkg/data/poem.txt", O_RDONLY | O_DIRECTORY, ENOTDIR},
  };
  for (const auto& refused : kCases) {
    Expect(open(refused.path, refused.flags) == -1 && errno == refused.error, refused.path);
  }
  const int directory = open("/pkg", O_RDONLY);
  char byte;
  Expect(directory > 2 && read(directory, &byte, 1) == -1 && errno == EISDIR, "a directory is not read");
  close(directory);
}

void List(const char* path) {
  DIR* directory = opendir(path);
  Expect(directory != nullptr, path);
  if (directory == nullptr) return;
  int count = 0;
  while (const dirent* entry = readdir(directory)) {
    printf("%s: %s%s\n", path, entry->d_name, entry->d_type == DT_DIR ? "/" : "");
    ++count;
  }
  rewinddir(directory);
  while (readdir(directory) != nullptr) --count;
  Expect(count == 0, "the same entries again");
  closedir(directory);
}

// Every descriptor that is closed can be had again.
void ManyTimes() {
  for (int i = 0; i < 500; ++i) {
    const int descriptor = open("/pkg/data/poem.txt", O_RDONLY);
    if (descriptor < 0) return Expect(false, "opening many times");
    close(descriptor);
  }
  int last = 0;
  int count = 0;
  while ((last = open("/pkg/data/poem.txt", O_RDONLY)) >= 0) ++count;
  Expect(errno == EMFILE && count == 32, "32 files at a time");
}

}  // namespace

int main() {
  ReadLines();
  ReadBytes();
  Refusals();
  List("/pkg/data");
  List("/pkg");
  ManyTimes();
  return failures;
}

// SPDX-License-Identifier: BSD-2-Clause
#include "tools/report/codes.h"

#include <charconv>

namespace report {
namespace {

constexpr Explanation kExplanations[] = {
    {Code::kUnexpectedText, "unexpected text",
     "Manifests are JSON5: objects in braces, lists in brackets, `name: value` pairs separated by\n"
     "commas. Something else stands at the marked place. Look at the end of the line before it "
     "for\n"
     "a missing comma, quote or bracket.\n"},
    {Code::kOpenString, "string is not closed",
     "A string ends with the quote it began with, on the same line. To continue it on the next\n"
     "line, end the line with a backslash.\n"},
    {Code::kOpenComment, "comment is not closed", "A `/*` comment needs a `*/`.\n"},
    {Code::kBadEscape, "bad escape",
     "Strings know \\b \\f \\n \\r \\t \\v \\0 \\xHH and \\uHHHH; a backslash before any other\n"
     "character except a digit stands for that character. Surrogates come in pairs.\n"},
    {Code::kBadNumber, "not a number",
     "Numbers are decimal or hexadecimal (0x10) and may have a sign, a fraction and an exponent.\n"
     "A decimal number does not start with 0. Text needs quotes.\n"},
    {Code::kTooDeep, "nested too deeply",
     "At most 64 objects and lists may stand inside each other.\n"},
    {Code::kNotUtf8, "file is not UTF-8",
     "Manifests are UTF-8 text. Is this the right file? Convert it with\n"
     "`iconv -f latin1 -t utf-8`.\n"},
    {Code::kWrongType, "field has the wrong type",
     "The field is known, but holds another kind of value than it must, such as a string where a\n"
     "list of strings is needed. The message says what was wanted and what was found.\n"},
    {Code::kMissingField, "required field is missing",
     "The object lacks a field that it cannot do without. `program` needs `binary`; each child of\n"
     "a system needs `name` and `url`.\n"},
    {Code::kDuplicateField, "field is given twice",
     "Readers disagree on which of two fields of one name counts, so neither does. Remove one.\n"},
    {Code::kUnknownField, "unknown field",
     "The field is not one this object has. Unknown fields are refused, because a mistyped one\n"
     "would silently do nothing.\n"},
    {Code::kValueNotAllowed, "value is not one of those allowed",
     "The field takes one of a few values; the message lists them.\n"},
    {Code::kBadEnviron, "environment entry is not NAME=VALUE",
     "Each string of `environ` has a name, an equals sign and a value. The value may be empty, "
     "the\n"
     "name may not.\n"},
    {Code::kNulByte, "string contains a NUL byte",
     "Arguments, environment and paths reach the program as NUL-terminated strings; a NUL byte\n"
     "inside would cut them.\n"},
    {Code::kBadImagePath, "not a path inside the image",
     "`binary` is relative to the root of the boot image, such as \"bin/hello\": no leading "
     "slash,\n"
     "no empty, `.` or `..` element, no spaces, at most 255 characters.\n"},
    {Code::kNotSupportedYet, "not supported by this version",
     "The field or value is part of the manifest language, but this version's runner cannot "
     "honour\n"
     "it. It is refused, because a system that ignored it would not be the one described.\n"},
    {Code::kBadChildName, "bad component name",
     "Names have 1 to 255 of the characters a-z 0-9 _ - . and start with a letter, a digit or an\n"
     "underscore. A name becomes part of the moniker, such as /hello.\n"},
    {Code::kDuplicateChild, "two components have one name",
     "The moniker of a component is its name in the system; two components need two names. Both\n"
     "may have the same URL.\n"},
    {Code::kBadUrl, "URL is not understood",
     "Components come from the boot image: \"fuchsia-boot:///#meta/hello.cm\" names the component\n"
     "described by hello.cml.\n"},
    {Code::kSharedNeedsRawProcesses, "shared process without raw processes",
     "A component that shares its address space creates processes itself. `is_shared_process`\n"
     "needs `job_policy_create_raw_processes`.\n"},
    {Code::kBadPattern, "bad allowlist entry",
     "An entry is a moniker in which `*` stands for one child and `**`, at the end, for "
     "everything\n"
     "below: \"/hello\", \"/shell/*\", \"/tests:**\". It starts with a slash.\n"},
    {Code::kStartMessageTooLarge, "arguments and environment are too large",
     "A program gets its arguments, environment and handles in one message of at most 64 KiB, and\n"
     "at most 256 arguments and 256 environment entries.\n"},
    {Code::kUnknownComponent, "no component of this name",
     "What stands under a moniker, such as \"/hello\", or goes from or to \"#hello\" concerns a child of\n"
     "this system. A mistyped name would silently concern nobody.\n"},
    {Code::kOutOfRange, "number out of range",
     "The field takes whole numbers of the range that the message names. Names that end in _ms are\n"
     "times in milliseconds, those that end in _ns in nanoseconds. Sizes may have K, M or G.\n"},
    {Code::kBadPath, "not a path",
     "Paths at which a component finds something start with a slash, such as \"/data\"; services are\n"
     "below /svc. Paths inside the image or inside an outgoing directory do not start with a slash.\n"
     "No path has an empty, `.` or `..` element or a space.\n"},
    {Code::kPathsOverlap, "paths of a namespace overlap",
     "A component finds one directory at each path of its namespace; none may be inside another, or\n"
     "one of them would be hidden. /pkg is always there, /svc when the component uses a service.\n"},
    {Code::kNeedsLifecycle, "needs a lifecycle channel",
     "Heartbeats, the message that a component is ready and escrowed state travel over the lifecycle\n"
     "channel, which a program only gets with `lifecycle: { stop_event: \"notify\" }`.\n"},
    {Code::kNeedsOutgoingDirectory, "needs an outgoing directory",
     "A component gets an outgoing directory when it has `capabilities`. Memory attribution and\n"
     "readiness by a path look into that directory.\n"},
    {Code::kHandleTwice, "two handles of one type and argument",
     "A program finds a handle of its first message by type and argument; of two alike it would see\n"
     "one. The runner itself supplies stdout and stderr (FD 1 and 2), the clock, the configuration\n"
     "and the job, each unless another field turns it off.\n"},
    {Code::kContradiction, "fields contradict each other",
     "Two fields that are fine alone make no sense together; the message names them.\n"},
    {Code::kBadConfig, "not a configuration",
     "`checksum` and `payload` are strings of hexadecimal digits, two for each byte. A program\n"
     "compares the checksum with that of its own declarations.\n"},
    {Code::kTwice, "given twice in a list",
     "Of two entries of a list that concern one thing only one could count. Remove one.\n"},
    {Code::kBinaryNotFound, "program binary not found",
     "The manifest names a binary that the build did not produce. The places that were tried are\n"
     "listed. Is the name right, and is `hafnon_component(NAME ...)` in a CMakeLists.txt that is\n"
     "included?\n"},
    {Code::kManifestNotFound, "component manifest not found",
     "\"fuchsia-boot:///#meta/hello.cm\" is described by hello.cml, which is looked for in the\n"
     "folder of the system manifest, in its sub-folder hello/, and in folders given with\n"
     "--manifests.\n"},
    {Code::kFileNotReadable, "file cannot be read",
     "The file exists, but reading it failed, or it is larger than any file of its kind can be.\n"},
    {Code::kNotElf, "binary is not an ELF file",
     "Programs are ELF files. A script or a text file cannot be started.\n"},
    {Code::kForeignMachine, "binary is built for another processor",
     "One image holds programs of one architecture. Build the binary for the system's "
     "architecture\n"
     "or choose the system's architecture with --arch.\n"},
    {Code::kForeignFormat, "binary has another ELF format",
     "Only 64-bit little-endian ELF files of version 1 can be loaded.\n"},
    {Code::kTruncated, "binary is cut short",
     "A header or a segment lies beyond the end of the file. The file was not written completely:\n"
     "build it again.\n"},
    {Code::kNotPositionIndependent, "binary is not position independent",
     "Programs are loaded at random addresses, so they must be position independent (ET_DYN).\n"
     "Remove -no-pie, or add -fPIE to the compiler's and -pie to the linker's options; the SDK's\n"
     "toolchain file does this.\n"},
    {Code::kNotAProgram, "binary is not a program",
     "The file is an object file, a core dump or something else that cannot be started. Link "
     "it.\n"},
    {Code::kLibraryMissing, "binary needs a library that is not in the image",
     "A program may need libzircon.so, the vDSO, which every process has, and libraries that are in\n"
     "the folder lib of its package. They are found as lib/NAME below the folders that have the\n"
     "programs, where hafnon_library() puts them; hafnon_component(... LIBRARIES ...) links against\n"
     "them. Without LIBRARIES everything is linked statically.\n"},
    {Code::kMalformed, "binary breaks a rule of the ELF format",
     "The message names the rule: segments ascend and do not overlap, file sizes do not exceed\n"
     "memory sizes, addresses and offsets agree modulo the page size. Linkers keep these rules;\n"
     "was the file changed afterwards?\n"},
    {Code::kNothingToLoad, "binary has nothing to load",
     "The file has no PT_LOAD segment with contents. Was it stripped too far, or is it a file of\n"
     "debug information?\n"},
    {Code::kWritableAndExecutable, "segment is writable and executable",
     "Memory that can be written and executed makes every overflow a way in. Let the linker keep\n"
     "code and data in separate segments (remove -Wl,-N or --omagic), and map generated code from\n"
     "a VMO of its own.\n"},
    {Code::kExecutableStack, "binary asks for an executable stack",
     "PT_GNU_STACK has the execute flag. Usually one assembler file lacks\n"
     "`.section .note.GNU-stack,\"\",%progbits`, or the program uses nested functions.\n"},
    {Code::kNotOffered, "used service is not offered",
     "A component uses a service that nobody in the system offers to it. Add an `offer` to the system\n"
     "manifest, or say `availability: \"optional\"` where it is used if the program can do without.\n"},
    {Code::kNotProvided, "component does not provide what it should",
     "An offer or an expose names a service that its source does not have. A component lists what it\n"
     "serves under `capabilities` and what others may see of it under `expose`.\n"},
    {Code::kOfferedTwice, "service is offered twice to one component",
     "A component finds one service at each path; two offers would leave open which.\n"},
    {Code::kDependencyCycle, "components depend on each other",
     "A component starts after those it strongly depends on and stops before them, which a circle\n"
     "makes impossible. Say `dependency: \"weak\"` at one use or offer of it: that component then copes\n"
     "with a provider that is not there yet or not there any more.\n"},
    {Code::kNeedsDisabled, "needed component is disabled",
     "A component needs a service of one whose `startup` is \"disabled\". Enable the provider, disable\n"
     "both, or say `availability: \"optional\"`.\n"},
    {Code::kTooManyHandles, "too many handles in the start message",
     "A program gets at most 64 handles in its first message: 10 of every program, one for each entry\n"
     "of its namespace, and those the system manifest lists.\n"},
    {Code::kPolicyDisallows, "privilege is not in the allowlist",
     "A component cannot grant itself a privilege. The system manifest allows it by naming the\n"
     "component's moniker under hafnon.policy.\n"},
    {Code::kStartFailed, "component could not be started",
     "The kernel refused a step of starting the program, such as mapping a segment or creating "
     "the\n"
     "process; the line names the step and the status. A job limit or a lack of memory is the "
     "usual\n"
     "cause.\n"},
    {Code::kImageFileUnreadable, "file of the boot image cannot be read",
     "The boot image lists the file, but reading it failed. Make the image again.\n"},
    {Code::kRunnerTooOld, "runner cannot do what the manifest table asks for",
     "The table asks for something that this runner does not know or cannot do yet, or was made for\n"
     "a newer ABI. It starts no component that would not get what it was promised. Build the runner\n"
     "and the image with the same version of the tree, and remove fields that the message names.\n"},
    {Code::kNeverStarted, "component is never started",
     "A warning. The component is lazy, and no component that is started uses it. Say `startup:\n"
     "\"eager\"`, offer its services to somebody, or remove it.\n"},
    {Code::kUnusedOffer, "offer that nobody uses",
     "A warning. The component that the service is offered to does not use it.\n"},
    {Code::kUnusedCapability, "exposed service that nobody is offered",
     "A warning. The component exposes a service that the system offers to nobody.\n"},
    {Code::kWeakCycle, "components depend on each other, weakly",
     "A warning. A circle of dependencies is fine when one of them is weak, but that component runs\n"
     "while its provider does not yet: it has to cope with this.\n"},
    {Code::kOverBudget, "image is over its budget",
     "The system manifest limits the size of the image with hafnon.budgets.image. Make the image\n"
     "smaller or raise the budget on purpose.\n"},
    {Code::kTableRefused, "the runner would refuse the table",
     "The manifests have no error that this tool knows, but its reader of tables, which is the\n"
     "runner's, finds one. This is a fault of the tool; please report it with the manifests.\n"},
    {Code::kPackageMissing, "a program the tool needs is not installed",
     "`./hafnon doctor` lists what is there and what is missing, with the package's name.\n"},
    {Code::kImageMissing, "a file of the boot image is missing",
     "The kernel or the boot image has not been built. `./hafnon build` builds it.\n"},
    {Code::kUnknownMachine, "machine does not exist for this architecture",
     "arm64 runs on the machine `virt`, x64 on `q35` and `microvm`.\n"},
};

}  // namespace

std::span<const Explanation> Explanations() { return kExplanations; }

std::string CodeName(Code code) {
  const std::string digits = std::to_string(static_cast<uint16_t>(code));
  return "E" + std::string(4 - digits.size(), '0') + digits;
}

std::optional<Explanation> Explain(std::string_view name) {
  if (!name.empty() && (name[0] == 'E' || name[0] == 'e')) name.remove_prefix(1);
  uint16_t number = 0;
  const char* end = name.data() + name.size();
  const auto result = std::from_chars(name.data(), end, number);
  if (name.empty() || result.ptr != end || result.ec != std::errc()) return std::nullopt;
  for (const Explanation& explanation : kExplanations) {
    if (static_cast<uint16_t>(explanation.code) == number) return explanation;
  }
  return std::nullopt;
}

}  // namespace report

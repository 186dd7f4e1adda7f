// SPDX-License-Identifier: BSD-2-Clause
// zx_object_get_property and zx_object_set_property.
#include <algorithm>
#include <cstring>

#include <arch/context.h>
#include <zircon/syscalls/object.h>

#include "kernel/object/exception.h"
#include "kernel/object/job.h"
#include "kernel/object/name.h"
#include "kernel/object/socket.h"
#include "kernel/object/thread.h"
#include "kernel/syscalls/caller.h"
#include "kernel/syscalls/syscalls.h"
#include "kernel/vm/address_space.h"
#include "kernel/vm/vmo.h"

namespace kernel {
namespace {

// The caller's buffer of a get.
struct ValueOut {
  UserOut<void> value;
  size_t size;

  template <class T>
  base::Result<> Write(const T& from) const {
    if (size < sizeof(T)) return base::Error(ZX_ERR_BUFFER_TOO_SMALL);
    return value.WriteBytes(&from, sizeof(T));
  }
};

// The caller's buffer of a set.
struct ValueIn {
  UserIn<void> value;
  size_t size;

  template <class T>
  base::Result<T> Read() const {
    if (size < sizeof(T)) return base::Error(ZX_ERR_BUFFER_TOO_SMALL);
    return value.As<T>().Read();
  }
};

// Calls use(T&) if the object is a T.
template <class T, class Use>
base::Result<> As(Object& object, Use use) {
  if (object.type() != T::kType) return base::Error(ZX_ERR_WRONG_TYPE);
  return use(static_cast<T&>(object));
}

// The name of an object that has one in a Name; nullptr for all others.
Name* NameOf(Object& object) {
  switch (object.type()) {
    case ObjectType::kProcess:
      return &static_cast<Process&>(object).name();
    case ObjectType::kThread:
      return &static_cast<Thread&>(object).name();
    case ObjectType::kJob:
      return &static_cast<Job&>(object).name();
    default:
      return nullptr;
  }
}

base::Result<> GetName(Object& object, const ValueOut& out) {
  char text[ZX_MAX_NAME_LEN] = {};
  if (const Name* name = NameOf(object)) {
    name->Get(text);
  } else if (object.type() == ObjectType::kVmo) {
    static_cast<Vmo&>(object).GetName(text);
  } else {
    return base::Error(ZX_ERR_WRONG_TYPE);
  }
  return out.Write(text);
}

base::Result<> SetName(Object& object, const ValueIn& in) {
  char text[ZX_MAX_NAME_LEN] = {};
  const size_t size = std::min<size_t>(in.size, ZX_MAX_NAME_LEN - 1);
  TRY(in.value.ReadBytes(text, size));
  if (Name* name = NameOf(object)) {
    name->Set({text, size});
  } else if (object.type() == ObjectType::kVmo) {
    static_cast<Vmo&>(object).set_name({text, size});
  } else {
    return base::Error(ZX_ERR_WRONG_TYPE);
  }
  return {};
}

// The dynamic linker tells debuggers once where its data is; before that a debugger may ask for a
// break by leaving ZX_PROCESS_DEBUG_ADDR_BREAK_ON_SET there.
base::Result<> SetDebugAddress(Process& process, uint64_t address) {
  if (address == 0) return base::Error(ZX_ERR_INVALID_ARGS);
  for (uint64_t replaceable : {uint64_t{0}, uint64_t{ZX_PROCESS_DEBUG_ADDR_BREAK_ON_SET}}) {
    if (process.debug_address.compare_exchange_strong(replaceable, address)) return {};
  }
  return base::Error(ZX_ERR_ACCESS_DENIED);
}

zx_status_t SetExceptionState(Exception& exception, uint32_t value) {
  if (value > ZX_EXCEPTION_STATE_THREAD_EXIT) return ZX_ERR_INVALID_ARGS;
  exception.set_state(static_cast<Exception::State>(value));
  return ZX_OK;
}

base::Result<> SetExceptionStrategy(Exception& exception, const ValueIn& in) {
  const auto strategy = static_cast<Exception::Strategy>(TRY(in.Read<uint32_t>()));
  if (strategy > Exception::Strategy::kSecondChance) return base::Error(ZX_ERR_INVALID_ARGS);
  return exception.SetStrategy(strategy);
}

// The thread pointer registers can only be set where they are: on the calling thread.
base::Result<> SetRegister(Object& object, zx_status_t (arch::Context::*set)(uint64_t), const ValueIn& in) {
  return As<Thread>(object, [&](Thread& thread) -> base::Result<> {
    if (&thread != &Thread::Current()) return base::Error(ZX_ERR_ACCESS_DENIED);
    return base::FromStatus((arch::Context::Current().*set)(TRY(in.Read<uint64_t>())));
  });
}

}  // namespace

base::Result<> sys_object_get_property(Handle handle, uint32_t property, UserOut<void> value,
                                       size_t value_size) {
  const ValueOut out{value, value_size};
  if (value.is_null()) return base::Error(ZX_ERR_INVALID_ARGS);
  const base::RefPtr<Object> object = TRY(GetObject<Object>(handle, ZX_RIGHT_GET_PROPERTY));
  switch (property) {
    case ZX_PROP_NAME:
      return GetName(*object, out);
    case ZX_PROP_PROCESS_DEBUG_ADDR:
      return As<Process>(*object, [&](Process& process) { return out.Write(process.debug_address.load()); });
    case ZX_PROP_PROCESS_VDSO_BASE_ADDRESS:
      return As<Process>(*object, [&](Process& process) {
        return out.Write(process.address_space().vdso_base());
      });
    case ZX_PROP_PROCESS_BREAK_ON_LOAD:
      return As<Process>(*object, [&](Process& process) { return out.Write(process.break_on_load.load()); });
    case ZX_PROP_SOCKET_RX_THRESHOLD:
      return As<Socket>(*object, [&](Socket& socket) { return out.Write(uint64_t{socket.read_threshold()}); });
    case ZX_PROP_SOCKET_TX_THRESHOLD:
      return As<Socket>(*object, [&](Socket& socket) { return out.Write(uint64_t{socket.write_threshold()}); });
    case ZX_PROP_JOB_KILL_ON_OOM:
      return As<Job>(*object, [&](Job& job) { return out.Write(uint64_t{job.GetInfo().kill_on_oom}); });
    case ZX_PROP_EXCEPTION_STATE:
      return As<Exception>(*object, [&](Exception& exception) { return out.Write(exception.state()); });
    case ZX_PROP_EXCEPTION_STRATEGY:
      return As<Exception>(*object, [&](Exception& exception) { return out.Write(exception.strategy()); });
    case ZX_PROP_VMO_CONTENT_SIZE:
      return As<Vmo>(*object, [&](Vmo& vmo) -> base::Result<> {
        return out.Write(TRY(vmo.GetStreamSize()));
      });
    default:
      return base::Error(ZX_ERR_NOT_SUPPORTED);
  }
}

namespace {

// All but what sys_object_set_property() does itself.
[[gnu::noinline]] base::Result<> SetProperty(Handle handle, uint32_t property, ValueIn in) {
  const base::RefPtr<Object> object = TRY(GetObject<Object>(handle, ZX_RIGHT_SET_PROPERTY));
  switch (property) {
    case ZX_PROP_NAME:
      return SetName(*object, in);
    case ZX_PROP_REGISTER_FS:
      return SetRegister(*object, &arch::Context::SetUserFs, in);
    case ZX_PROP_REGISTER_GS:
      return SetRegister(*object, &arch::Context::SetUserGs, in);
    case ZX_PROP_PROCESS_DEBUG_ADDR:
      return As<Process>(*object, [&](Process& process) -> base::Result<> {
        return SetDebugAddress(process, TRY(in.Read<uint64_t>()));
      });
    case ZX_PROP_PROCESS_BREAK_ON_LOAD:
      return As<Process>(*object, [&](Process& process) -> base::Result<> {
        process.break_on_load = TRY(in.Read<uint64_t>());
        return {};
      });
    case ZX_PROP_SOCKET_RX_THRESHOLD:
      return As<Socket>(*object, [&](Socket& socket) -> base::Result<> {
        return socket.SetReadThreshold(TRY(in.Read<uint64_t>()));
      });
    case ZX_PROP_SOCKET_TX_THRESHOLD:
      return As<Socket>(*object, [&](Socket& socket) -> base::Result<> {
        return socket.SetWriteThreshold(TRY(in.Read<uint64_t>()));
      });
    case ZX_PROP_JOB_KILL_ON_OOM:
      return As<Job>(*object, [&](Job& job) -> base::Result<> {
        const uint64_t kill = TRY(in.Read<uint64_t>());
        if (kill > 1) return base::Error(ZX_ERR_INVALID_ARGS);
        job.set_kill_on_oom(kill != 0);
        return {};
      });
    case ZX_PROP_EXCEPTION_STATE:
      return As<Exception>(*object, [&](Exception& exception) -> base::Result<> {
        return base::FromStatus(SetExceptionState(exception, TRY(in.Read<uint32_t>())));
      });
    case ZX_PROP_EXCEPTION_STRATEGY:
      return As<Exception>(*object, [&](Exception& exception) { return SetExceptionStrategy(exception, in); });
    case ZX_PROP_VMO_CONTENT_SIZE:
      // The other name of zx_vmo_set_stream_size, which can throw contents away.
      return TRY(GetObject<Vmo>(handle, ZX_RIGHT_SET_PROPERTY | ZX_RIGHT_WRITE))
          ->SetStreamSize(TRY(in.Read<uint64_t>()));
    default:
      return base::Error(ZX_ERR_NOT_SUPPORTED);
  }
}

}  // namespace

base::Result<> sys_object_set_property(Handle handle, uint32_t property, UserIn<void> value,
                                       size_t value_size) {
  const ValueIn in{value, value_size};
  if (value.is_null()) return base::Error(ZX_ERR_INVALID_ARGS);
  if (property == ZX_PROP_EXCEPTION_STATE) {
    // Every exception passes here: without counting references, unless something is wrong.
    if (const auto state = in.Read<uint32_t>()) [[likely]] {
      return base::FromStatus(CallerHandles().With<Exception>(
          handle.value, ZX_RIGHT_SET_PROPERTY,
          [&](Exception& exception) { return SetExceptionState(exception, *state); }));
    }
  }
  return SetProperty(handle, property, in);
}

}  // namespace kernel

// SPDX-License-Identifier: BSD-2-Clause
#include "tools/cml/routes.h"

#include <algorithm>

#include "tools/report/suggest.h"

namespace cml {
namespace {

using manifest::Availability;
using manifest::Dependency;
using manifest::Startup;
using report::Code;

}  // namespace

const Instance* Routes::Find(std::string_view moniker) const {
  const auto place = std::ranges::find(instances_, moniker, &Instance::moniker);
  return place == instances_.end() ? nullptr : &*place;
}

const Capability* Routes::FindCapability(const Offer& offer) const {
  const Instance* from = Find(offer.from.value);
  if (!from) return nullptr;
  for (const Capability& capability : from->component.capabilities) {
    if (capability.protocol.value == offer.protocol.value) return &capability;
  }
  return nullptr;
}

void Routes::Run() {
  const uint32_t errors_before = system_context_.report.error_count();
  CheckOffers();
  for (Instance& instance : instances_) {
    for (const Use& use : instance.component.uses) Connect(instance, use);
    ConnectNamespace(instance);
  }
  if (system_context_.report.error_count() != errors_before) return;
  AssignWaves();
  WarnOfWeakCycles();
  WarnOfUnused();
  WarnOfNeverStarted();
}

void Routes::CheckOffers() const {
  for (size_t i = 0; i < system_.offers.size(); ++i) {
    const Offer& offer = system_.offers[i];
    const Capability* capability = FindCapability(offer);
    if (!capability || !capability->exposed) {
      system_context_.Fail(
          Code::kNotProvided, offer.protocol.span,
          Quoted(offer.from.value) + " does not provide " + offer.protocol.value, "",
          {capability ? "help: `expose: [ { protocol: \"" + offer.protocol.value +
                            "\", from: \"self\" } ]` is missing in its manifest"
                      : "help: its manifest needs `capabilities` and `expose` with this protocol"});
    }
    if (offer.from.value == offer.to.value) {
      system_context_.Fail(Code::kDependencyCycle, offer.to.span,
                           Quoted(offer.to.value) + " is offered a service of its own");
    }
    for (size_t j = 0; j < i; ++j) {
      const Offer& other = system_.offers[j];
      if (other.to.value != offer.to.value || other.protocol.value != offer.protocol.value)
        continue;
      system_context_.Fail(Code::kOfferedTwice, offer.to.span,
                           offer.protocol.value + " is offered twice to " + Quoted(offer.to.value),
                           "remove this one or the other",
                           {"note: first in " + system_context_.LineOf(other.to.span)});
      break;
    }
  }
}

void Routes::Connect(Instance& client, const Use& use) {
  const Context context{*client.component.source, system_context_.report};
  const auto offer = std::ranges::find_if(system_.offers, [&](const Offer& candidate) {
    return candidate.to.value == client.moniker && candidate.protocol.value == use.protocol.value;
  });
  if (offer == system_.offers.end()) {
    if (use.availability == Availability::kOptional) return;
    context.Fail(
        Code::kNotOffered, use.protocol.span,
        Quoted(client.moniker) + " uses protocol " + use.protocol.value + ", but nobody offers it",
        "",
        {"help: " + system_.source->path + ": offer: [ { protocol: \"" + use.protocol.value +
         "\", from: \"#NAME\", to: \"#" + client.child->name.value + "\" } ]"});
    return;
  }
  const Instance* provider = Find(offer->from.value);
  const Capability* capability = FindCapability(*offer);
  if (!provider || !capability) return;  // CheckOffers() has reported it.
  const bool weak = use.dependency == Dependency::kWeak || offer->dependency == Dependency::kWeak;
  const Dependency dependency = weak ? Dependency::kWeak : Dependency::kStrong;
  if (use.availability == Availability::kRequired) {
    CheckEnabled(*provider, context, use.protocol.span, client.moniker);
  }
  client.spec.uses.push_back({.path = use.path,
                              .provider = provider->moniker,
                              .provider_path = capability->path,
                              .dependency = dependency,
                              .availability = use.availability});
  edges_.push_back({IndexOf(client), IndexOf(*provider), dependency, client.component.source,
                    use.protocol.span});
}

void Routes::ConnectNamespace(Instance& client) {
  const auto options = system_.options.find(client.moniker);
  if (options == system_.options.end()) return;
  for (const Text& needed : options->second.need_outgoing_of) {
    const Instance* provider = Find(needed.value);
    if (!provider) continue;  // Its name has been reported.
    if (provider->component.capabilities.empty()) {
      system_context_.Fail(
          Code::kNeedsOutgoingDirectory, needed.span,
          Quoted(needed.value) + " has no outgoing directory, since it has no `capabilities`");
    }
    CheckEnabled(*provider, system_context_, needed.span, client.moniker);
    edges_.push_back(
        {IndexOf(client), IndexOf(*provider), Dependency::kStrong, system_.source, needed.span});
  }
}

void Routes::CheckEnabled(const Instance& provider, const Context& context, json5::Span span,
                          const std::string& client) const {
  if (provider.child->startup != Startup::kDisabled) return;
  context.Fail(Code::kNeedsDisabled, span,
               Quoted(client) + " needs " + Quoted(provider.moniker) + ", which is disabled");
}

void Routes::AssignWaves() {
  std::vector<bool> placed(instances_.size(), false);
  // The wave of a component is final when those of its strong providers are.
  for (bool progress = true; progress;) {
    std::vector<bool> waits(instances_.size(), false);
    for (const Edge& edge : edges_) {
      if (edge.dependency == Dependency::kWeak) continue;
      if (!placed[edge.provider]) waits[edge.client] = true;
      uint16_t& wave = instances_[edge.client].spec.wave;
      wave = std::max(wave, static_cast<uint16_t>(instances_[edge.provider].spec.wave + 1));
    }
    progress = false;
    for (size_t i = 0; i < instances_.size(); ++i) {
      if (placed[i] || waits[i]) continue;
      placed[i] = true;
      progress = true;
    }
  }
  if (std::ranges::find(placed, false) != placed.end()) ReportCycle(placed);
}

void Routes::ReportCycle(const std::vector<bool>& placed) const {
  const auto next = [&](size_t client) {
    return std::ranges::find_if(edges_, [&](const Edge& edge) {
      return edge.client == client && edge.dependency == Dependency::kStrong &&
             !placed[edge.provider];
    });
  };
  // Each component that is not placed waits for another one: following them ends in a circle.
  size_t at = static_cast<size_t>(std::ranges::find(placed, false) - placed.begin());
  for (size_t i = 0; i < instances_.size(); ++i) at = next(at)->provider;
  const size_t start = at;
  const auto first = next(start);
  std::string path = instances_[start].moniker;
  do {
    at = next(at)->provider;
    path += " -> " + instances_[at].moniker;
  } while (at != start);
  const Context context{*first->source, system_context_.report};
  context.Fail(
      Code::kDependencyCycle, first->span, "components depend on each other in a circle", "",
      {"note: " + path,
       "help: say `dependency: \"weak\"` where a provider may start later or stop earlier"});
}

std::vector<bool> Routes::NeededBy(std::vector<size_t> clients) const {
  std::vector<bool> needed(instances_.size(), false);
  for (const size_t client : clients) needed[client] = true;
  while (!clients.empty()) {
    const size_t client = clients.back();
    clients.pop_back();
    for (const Edge& edge : edges_) {
      if (edge.client != client || needed[edge.provider]) continue;
      needed[edge.provider] = true;
      clients.push_back(edge.provider);
    }
  }
  return needed;
}

void Routes::WarnOfWeakCycles() const {
  for (const Edge& edge : edges_) {
    if (edge.dependency != Dependency::kWeak || !NeededBy({edge.provider})[edge.client]) continue;
    const Context context{*edge.source, system_context_.report};
    context.Warn(Code::kWeakCycle, edge.span,
                 Quoted(instances_[edge.client].moniker) + " and " +
                     Quoted(instances_[edge.provider].moniker) + " depend on each other",
                 {"note: the first may run while the second does not"});
  }
}

void Routes::WarnOfUnused() const {
  for (const Offer& offer : system_.offers) {
    const Instance* to = Find(offer.to.value);
    const bool used = to && std::ranges::any_of(to->component.uses, [&](const Use& use) {
                        return use.protocol.value == offer.protocol.value;
                      });
    if (used) continue;
    system_context_.Warn(Code::kUnusedOffer, offer.to.span,
                         Quoted(offer.to.value) + " does not use " + offer.protocol.value);
  }
  for (const Instance& instance : instances_) {
    for (const Capability& capability : instance.component.capabilities) {
      const bool offered = std::ranges::any_of(system_.offers, [&](const Offer& offer) {
        return offer.from.value == instance.moniker &&
               offer.protocol.value == capability.protocol.value;
      });
      if (offered || !capability.exposed) continue;
      const Context context{*instance.component.source, system_context_.report};
      context.Warn(Code::kUnusedCapability, capability.protocol.span,
                   Quoted(instance.moniker) + " exposes " + capability.protocol.value +
                       ", but nobody is offered it");
    }
  }
}

void Routes::WarnOfNeverStarted() const {
  std::vector<size_t> eager;
  for (size_t i = 0; i < instances_.size(); ++i) {
    if (instances_[i].child->startup == Startup::kEager) eager.push_back(i);
  }
  const std::vector<bool> needed = NeededBy(std::move(eager));
  for (size_t i = 0; i < instances_.size(); ++i) {
    const Child& child = *instances_[i].child;
    if (needed[i] || child.startup != Startup::kLazy) continue;
    system_context_.Warn(
        Code::kNeverStarted, child.name.span,
        Quoted(instances_[i].moniker) + " is lazy, and no started component uses it");
  }
}

}  // namespace cml

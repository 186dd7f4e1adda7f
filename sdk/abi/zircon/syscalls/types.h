// SPDX-License-Identifier: BSD-2-Clause
// Names of records whose headers are included only by who uses them.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zx_port_packet zx_port_packet_t;
typedef struct zx_profile_info zx_profile_info_t;
typedef struct zx_exception_context zx_exception_context_t;
typedef struct zx_iob_region zx_iob_region_t;
typedef struct zx_system_powerctl_arg zx_system_powerctl_arg_t;
typedef struct zx_smc_parameters zx_smc_parameters_t;
typedef struct zx_smc_result zx_smc_result_t;
typedef struct zx_pcie_device_info zx_pcie_device_info_t;
typedef struct zx_pci_bar zx_pci_bar_t;
typedef struct zx_pci_init_arg zx_pci_init_arg_t;
typedef struct zx_sampler_config zx_sampler_config_t;
typedef struct zx_processor_power_domain zx_processor_power_domain_t;
typedef struct zx_processor_power_state zx_processor_power_state_t;
typedef struct zx_processor_power_level zx_processor_power_level_t;
typedef struct zx_processor_power_level_transition zx_processor_power_level_transition_t;
typedef struct zx_rseq zx_rseq_t;

#ifdef __cplusplus
}
#endif

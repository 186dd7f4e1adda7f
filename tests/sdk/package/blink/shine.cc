// SPDX-License-Identifier: BSD-2-Clause
int Lamps();

int main() { return Lamps() == 1 && Lamps() == 2 ? 0 : 1; }

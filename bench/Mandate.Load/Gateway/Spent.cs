using System.Runtime.InteropServices;

namespace Mandate.Load.Gateway;

/// <summary>What work took.</summary>
/// <param name="Count">How often it was done.</param>
/// <param name="Time">On the clock.</param>
/// <param name="Cpu">Of this process's processors.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Spent(int Count, TimeSpan Time, TimeSpan Cpu)
{
    internal double PerSecond => Count / Time.TotalSeconds;

    internal double CpuMicroseconds => Cpu.TotalMicroseconds / Count;
}

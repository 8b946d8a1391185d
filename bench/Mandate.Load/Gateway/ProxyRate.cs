namespace Mandate.Load.Gateway;

/// <summary>One kind of request through the gateway.</summary>
/// <param name="RequestsPerSecond">How many.</param>
/// <param name="CpuSecondsPer1000">Processor time of the gateway process for a thousand of them.</param>
internal sealed record ProxyRate(double RequestsPerSecond, double CpuSecondsPer1000);

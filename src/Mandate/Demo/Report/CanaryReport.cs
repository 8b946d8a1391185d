using Mandate.Demo.Canary;

namespace Mandate.Demo.Report;

/// <summary>The canary scan.</summary>
/// <param name="Values">How many tokens and secrets were looked for.</param>
/// <param name="Hits">How many places hold one of them.</param>
/// <param name="ControlFound">Whether the control value was found in every area, which proves that the scan finds what is there.</param>
/// <param name="Places">What was looked through.</param>
internal sealed record CanaryReport(int Values, int Hits, bool ControlFound, IReadOnlyList<CanaryPlace> Places)
{
    /// <summary>Whether nothing was found, by a scan that would have found it.</summary>
    public bool Ok => Hits == 0 && ControlFound;
}

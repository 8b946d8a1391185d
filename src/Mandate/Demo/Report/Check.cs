namespace Mandate.Demo.Report;

/// <summary>One thing that must hold.</summary>
/// <param name="Name">What must hold.</param>
/// <param name="Ok">Whether it does.</param>
/// <param name="Detail">What was seen.</param>
internal sealed record Check(string Name, bool Ok, string Detail);

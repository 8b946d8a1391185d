namespace Mandate.Demo.Report;

/// <summary>The document of <c>mandate demo --json</c> when the story could not be told to its end.</summary>
/// <param name="Ok">False.</param>
/// <param name="Error">What broke off.</param>
internal sealed record DemoFailure(bool Ok, string Error);

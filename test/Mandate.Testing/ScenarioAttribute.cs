using Xunit.Sdk;

namespace Mandate.Testing;

/// <summary>Marks a test that proves one acceptance scenario: the area is its file's name, the number its line.</summary>
[TraitDiscoverer("Mandate.Testing.ScenarioDiscoverer", "Mandate.Testing")]
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ScenarioAttribute(string area, int number) : Attribute, ITraitAttribute
{
    /// <summary>File name of the scenario list without its ending, such as <c>identity</c>.</summary>
    public string Area { get; } = area;

    /// <summary>Number of the line in that list.</summary>
    public int Number { get; } = number;
}

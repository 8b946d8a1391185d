using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mandate.Testing;

/// <summary>Turns <see cref="ScenarioAttribute"/> into the trait <c>Scenario=area/number</c>, so that tests can be filtered by it.</summary>
public sealed class ScenarioDiscoverer : ITraitDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute)
    {
        var arguments = traitAttribute.GetConstructorArguments().ToArray();
        yield return new("Scenario", $"{arguments[0]}/{arguments[1]}");
    }
}

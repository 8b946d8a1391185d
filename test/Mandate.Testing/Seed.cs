using System.Globalization;

namespace Mandate.Testing;

/// <summary>Where the randomness of a test comes from: MANDATE_FAULTS_SEED, or chosen anew for every run. Tests print it.</summary>
public static class Seed
{
    /// <summary>The seed of this run.</summary>
    public static int Choose() =>
        int.TryParse(Environment.GetEnvironmentVariable("MANDATE_FAULTS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next();

    /// <summary>A number from the environment, or its default.</summary>
    public static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}

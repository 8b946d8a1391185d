namespace Mandate.Demo.Canary;

/// <summary>A value to look for.</summary>
/// <param name="Name">What it is; the value itself is never shown.</param>
/// <param name="Value">The value, or the part of it without which it is useless, such as a token's signature.</param>
internal sealed record CanaryValue(string Name, string Value)
{
    /// <summary>A token: its signature is what makes it one, and the only part that no other token shares.</summary>
    public static CanaryValue Token(string name, string jwt) => new(name, jwt[(jwt.LastIndexOf('.') + 1)..]);

    /// <summary>The name alone.</summary>
    public override string ToString() => Name;
}

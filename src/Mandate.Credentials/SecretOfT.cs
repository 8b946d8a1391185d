using System.Diagnostics;
using System.Text.Json.Serialization;

namespace Mandate.Credentials;

/// <summary>
/// Something other than a text that must not be shown, such as a key or a set of credentials. As with <see cref="Secret"/>, only
/// <see cref="Reveal"/> leads to it.
/// </summary>
/// <typeparam name="T">What is kept.</typeparam>
/// <param name="value">The secret.</param>
[DebuggerDisplay(Redaction.Text)]
[JsonConverter(typeof(SecretOfTJsonConverter))]
public sealed class Secret<T>(T value)
    where T : notnull
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly T _value = value;

    /// <summary>The secret itself, to hand to where it is needed and nowhere else.</summary>
    public T Reveal() => _value;

    /// <summary><c>[secret]</c>.</summary>
    public override string ToString() => Redaction.Text;
}

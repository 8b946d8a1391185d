using System.Buffers;

namespace Mandate.Credentials;

/// <summary>
/// The name under which an application's client id and secret are kept: 1 to 128 letters, digits, <c>-</c> and <c>_</c>. In the names of keys it is in lower case, with <c>_</c> for <c>-</c>:
/// the id of <c>postgres-extraction</c> is <c>postgres_extraction_client_id</c>.
/// </summary>
public readonly record struct ApplicationName
{
    private const int Longest = 128;

    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly string? _value;

    private ApplicationName(string value) => _value = value;

    /// <summary>Key of the client id.</summary>
    public string ClientIdKey => $"{Stem}_client_id";

    /// <summary>Key of the client secret.</summary>
    public string ClientSecretKey => $"{Stem}_client_secret";

    private string Stem => ToString().ToLowerInvariant().Replace('-', '_');

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static ApplicationName Parse(string text) => text.Length is > 0 and <= Longest && !text.AsSpan().ContainsAnyExcept(Characters)
        ? new(text)
        : throw new FormatException($"'{text}' is no application name: 1 to {Longest} letters, digits, '-' and '_'.");

    /// <summary>The name as it was given.</summary>
    public override string ToString() => _value ?? "";
}

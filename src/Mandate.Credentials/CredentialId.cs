using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Mandate.Credentials;

/// <summary>
/// Names a stored credential, as callers and workflows do: 1 to 128 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, beginning with a letter or digit and without <c>..</c>. What may come
/// from outside is of this type, so that it can lead nowhere else than to a secret's name.
/// </summary>
public readonly record struct CredentialId
{
    private const int Longest = 128;

    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly string? _value;

    private CredentialId(string value) => _value = value;

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static CredentialId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException($"A credential id has 1 to {Longest} letters, digits, '-', '_' and '.', begins with a letter or digit and has no '..'; this one has {text.Length} characters.");

    /// <summary>Reads an id; false when it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CredentialId id)
    {
        var isGood = text is { Length: > 0 and <= Longest }
            && char.IsAsciiLetterOrDigit(text[0])
            && !text.AsSpan().ContainsAnyExcept(Characters)
            && !text.Contains("..", StringComparison.Ordinal);
        id = isGood ? new(text!) : default;
        return isGood;
    }

    /// <summary>The id.</summary>
    public override string ToString() => _value ?? "";
}

namespace Mandate.Stateful;

/// <summary>The text of an API token. It travels in the header <c>Authorization</c>, so it is printable ASCII.</summary>
public static class ApiTokenText
{
    /// <summary>Longest token, in characters.</summary>
    public const int MaximumLength = 16_384;

    /// <summary>What a token is, for whoever sent one that is none.</summary>
    public const string Rule = "An API token is 1 to 16,384 printable ASCII characters: others cannot be sent in a header.";

    /// <summary>Whether a text can be a token.</summary>
    public static bool IsToken(string text) => text.Length is > 0 and <= MaximumLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}

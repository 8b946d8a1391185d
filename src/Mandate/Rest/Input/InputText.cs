using System.Text;
using Mandate.Rest.Problems;

namespace Mandate.Rest.Input;

/// <summary>Rules for names and ids that callers send: what every store, log and header can carry.</summary>
internal static class InputText
{
    /// <summary>Most characters (UTF-16 units) of an id or name.</summary>
    public const int MaximumLength = 1_000;

    /// <summary>Returns <paramref name="text"/> if it is an acceptable id or name, or another text of at most so many characters.</summary>
    /// <exception cref="ProblemException">Empty, too long, with control characters, or not a text.</exception>
    public static string Check(string what, string text, int maximumLength = MaximumLength)
    {
        if (text.Length == 0)
            throw Invalid($"{what} is empty.", "text-empty");
        if (text.Length > maximumLength)
            throw Invalid($"{what} has {text.Length:N0} characters; at most {maximumLength:N0} are allowed.", "text-too-long");
        foreach (var rune in text.EnumerateRunes())
        {
            // EnumerateRunes turns half a surrogate pair into the replacement character.
            if (Rune.IsControl(rune) || (rune == Rune.ReplacementChar && !text.Contains('\uFFFD')))
                throw Invalid($"{what} has a control character or half of a surrogate pair.", "text-characters");
        }

        return text;
    }

    private static ProblemException Invalid(string detail, string reason) => new(ProblemKind.InvalidRequest, detail, reason);
}

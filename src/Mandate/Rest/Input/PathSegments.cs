using System.Text;
using Mandate.Rest.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace Mandate.Rest.Input;

/// <summary>
/// Segments of the path as the caller sent them. Routing decodes a path before it is split, except for an encoded slash, so an id with <c>/</c> or <c>%</c>
/// could not be told apart; the raw target can.
/// </summary>
internal static class PathSegments
{
    /// <summary>The decoded segment at <paramref name="index"/>, counted from 0.</summary>
    /// <exception cref="ProblemException">It is no acceptable id or name.</exception>
    public static string Get(HttpContext context, int index, string what)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.AsSpan()[..(target.IndexOf('?') is >= 0 and var end ? end : target.Length)];
        if (path.IndexOf("://") is >= 0 and var scheme)
            path = path[(scheme + 3)..] is var rest && rest.IndexOf('/') is >= 0 and var slash ? rest[slash..] : "/";

        var segments = path.ToString().Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (index >= segments.Length)
            throw new ProblemException(ProblemKind.InvalidRequest, $"{what} is missing in the path.", "path");
        return InputText.Check(what, Decode(segments[index], what));
    }

    private static string Decode(string segment, string what)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(segment.Length)];
        var length = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                length += Encoding.UTF8.GetBytes(segment, i, 1, bytes, length);
                continue;
            }

            if (i + 2 >= segment.Length || !byte.TryParse(segment.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, provider: null, out bytes[length]))
                throw Invalid(what);
            length++;
            i += 2;
        }

        return System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8.GetString(bytes, 0, length) : throw Invalid(what);
    }

    private static ProblemException Invalid(string what) =>
        new(ProblemKind.InvalidRequest, $"{what} in the path is not percent-encoded UTF-8.", "path");
}

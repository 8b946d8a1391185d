using System.Text.RegularExpressions;

namespace Mandate.Stateful.Scanning;

/// <summary>The shape of a well-known kind of secret.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Pattern">What it looks like; the group <c>s</c>, where there is one, is the secret itself.</param>
/// <param name="IsByName">Whether it has no shape of its own and is known by the name beside it.</param>
internal sealed record SecretShape(string Kind, Regex Pattern, bool IsByName = false);

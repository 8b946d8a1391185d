using System.Text.RegularExpressions;

namespace Mandate.Stateful.Scanning;

/// <summary>The shape of a well-known kind of secret.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Pattern">What it looks like; the group <c>s</c>, where there is one, is the secret itself.</param>
internal sealed record SecretShape(string Kind, Regex Pattern);

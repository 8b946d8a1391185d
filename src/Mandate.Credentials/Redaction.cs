namespace Mandate.Credentials;

/// <summary>What stands in a secret's place wherever it would be shown.</summary>
internal static class Redaction
{
    public const string Text = "[secret]";
}

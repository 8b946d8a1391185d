using Mandate.Credentials;

namespace Mandate.Configuration;

/// <summary>Secrets among the settings: in a file that holds nothing else, or in the setting itself.</summary>
internal static class SecretText
{
    /// <summary>The secret; null when neither is set.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or is empty.</exception>
    public static Secret? Read(string fileSetting, string? file, string? text)
    {
        if (file is null)
            return string.IsNullOrEmpty(text) ? null : new Secret(text);
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } content ? new Secret(content) : throw new ConfigurationException($"{fileSetting} '{file}' is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{fileSetting} '{file}' cannot be read: {e.Message}");
        }
    }
}

using Mandate.Configuration;

namespace Mandate.Hosting;

/// <summary>The data directory, which its owner alone may enter.</summary>
internal static class PrivateDirectory
{
    /// <exception cref="ConfigurationException">It cannot be created.</exception>
    public static void Create(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else if (!Directory.Exists(path))
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Mandate:DataDirectory '{path}' cannot be created: {e.Message}");
        }
    }
}

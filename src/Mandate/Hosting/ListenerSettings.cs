using System.Net;
using Mandate.Configuration;
using Mandate.Protocol.Grpc;

namespace Mandate.Hosting;

/// <summary>How the gRPC listener listens, as <c>Mandate:Grpc</c> says.</summary>
internal static class ListenerSettings
{
    private const long Mebibyte = 1024 * 1024;

    /// <exception cref="ConfigurationException">A certificate cannot be used.</exception>
    public static GrpcListenerOptions Of(MandateOptions options, ILoggerFactory loggers)
    {
        var listening = new GrpcListenerOptions { ListenOn = IPEndPoint.Parse(options.Grpc.Address), Tls = Tls(options), LoggerFactory = loggers };
        return options.Grpc.MaxInFlight is { } inFlight ? listening with { MaxBytesInFlight = inFlight * Mebibyte } : listening;
    }

    private static GrpcListenerTls? Tls(MandateOptions options)
    {
        if (options.Grpc.CertificateFile is not { } certificate)
            return null;
        try
        {
            return GrpcListenerTls.FromFiles(certificate, options.Grpc.CertificateKeyFile!, options.Authentication.ClientCertificates.AuthoritiesFile);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Mandate:Grpc:CertificateFile: {e.Message}");
        }
    }
}

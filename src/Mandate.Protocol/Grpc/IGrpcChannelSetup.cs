namespace Mandate.Protocol.Grpc;

/// <summary>
/// Sets up channels that a host's clients make. Whatever is registered as this is applied, in order of registration, so that a room which knows nothing of clients can
/// bring, say, credentials with one line.
/// </summary>
public interface IGrpcChannelSetup
{
    /// <summary>Options with what this adds.</summary>
    GrpcChannelOptions Apply(GrpcChannelOptions options);
}

namespace Mandate.Protocol.Conversion;

/// <summary>
/// A codec that transforms headers as well as arguments and results. Headers are context for every hop: those that something in front of the service has to read must be left as they are.
/// </summary>
public interface IHeaderCodec : IPayloadCodec
{
    /// <summary>Whether the header of this name is transformed.</summary>
    bool EncodesHeader(string name);
}

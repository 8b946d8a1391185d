// The message has the name of the folder that deals with it.
global using HistoryMessage = Mandate.Protocol.Api.History.V1.History;
